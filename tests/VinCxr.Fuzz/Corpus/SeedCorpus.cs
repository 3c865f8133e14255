using System.Security.Cryptography;
using VinCxr.Data.Dicom;
using VinCxr.Fuzz.Mutation;
using VinCxr.Testing;

namespace VinCxr.Fuzz.Corpus;

/// <summary>All seeds: files written here and, where they lie beside the checkout, small samples of other makers.</summary>
internal sealed class SeedCorpus
{
    private const int HighestWeight = 64;
    private const int LargestSample = 40_000;

    /// <summary>Pixels that are decoded about as often as one seed of the highest weight with one pixel less.</summary>
    private const int PixelsPerWeight = 1 << 20;

    private const string Deflated = "1.2.840.10008.1.2.1.99";

    private readonly int[] _weights;
    private readonly int _total;

    private SeedCorpus(IReadOnlyList<Seed> seeds)
    {
        Seeds = seeds;
        _weights = [.. seeds.Select(seed => seed.Weight)];
        _total = _weights.Sum();
    }

    public IReadOnlyList<Seed> Seeds { get; }

    /// <summary>Sixteen hex digits that tell corpora apart: the same seed number gives the same inputs only with the same corpus.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (Seed seed in Seeds)
            {
                hash.AppendData(BitConverter.GetBytes(seed.File.Length));
                hash.AppendData(seed.File);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        }
    }

    public static SeedCorpus Create()
    {
        IEnumerable<(string Name, byte[] File)> samples = SharedData.DicomSamples is { } folder
            ? Directory.GetFiles(folder, "*.dcm").Order(StringComparer.Ordinal)
                .Where(path => new FileInfo(path).Length <= LargestSample)
                .Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))
            : [];
        return new SeedCorpus([.. WrittenSeeds.All().Concat(samples).Select(file => Of(file.Name, file.File))]);
    }

    public Seed Pick(Dice dice) => Seeds[dice.Weighted(_weights, _total)];

    private static Seed Of(string name, byte[] file)
    {
        DicomHeader? header = Header(file);
        bool deflated = header?.TransferSyntax == Deflated;
        long pixels = header is null ? 1 : (long)header.Rows * header.Columns * header.Frames;
        return new Seed(
            name, deflated ? Packing.Inflate(file) : file, deflated, (int)Math.Clamp(PixelsPerWeight / Math.Max(1, pixels), 1, HighestWeight));
    }

    /// <summary>Null for samples that are themselves damaged, which stay good seeds.</summary>
    private static DicomHeader? Header(byte[] file)
    {
        try
        {
            return new DicomReader().ReadHeader(file);
        }
        catch (DicomException)
        {
            return null;
        }
    }
}
