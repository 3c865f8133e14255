using System.Buffers.Binary;
using System.Security.Cryptography;
using VinCxr.Core.Annotations;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.Data.Synthesis.Drawing;
using VinCxr.Data.Synthesis.Findings;

namespace VinCxr.Data.Synthesis;

/// <summary>One image of a generated set: what its file holds and what its readers wrote.</summary>
internal sealed record PhantomStudy(string ImageId, Phantom Phantom, DicomContent Content, IReadOnlyList<Annotation> Annotations)
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>Makes image <paramref name="index"/> from the options' seed and the index alone.</summary>
    /// <param name="classIds">Findings to draw from.</param>
    public static PhantomStudy Make(PhantomOptions options, IReadOnlyList<int> classIds, int index)
    {
        byte[] hash = SHA256.HashData([.. BitConverter.GetBytes(options.Seed), .. BitConverter.GetBytes(index)]);
        string imageId = Convert.ToHexStringLower(hash, 0, 16);
        // Separate sequences, so that a change in painting leaves encodings and readers as they were.
        var painting = new Random(BinaryPrimitives.ReadInt32LittleEndian(hash.AsSpan(16)));
        var storing = new Random(BinaryPrimitives.ReadInt32LittleEndian(hash.AsSpan(20)));
        var reading = new Random(BinaryPrimitives.ReadInt32LittleEndian(hash.AsSpan(24)));

        IReadOnlyList<IPhantomFinding> findings = IsNormal(options, index) ? [] : PhantomFindings.Draw(painting, classIds);
        Phantom phantom = Phantom.Paint(painting, options.Size, findings);
        DicomContent content = Store(phantom, new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8)), storing);
        return new PhantomStudy(imageId, phantom, content, RaterPanel.Read(imageId, phantom, options.Raters, classIds, reading));
    }

    /// <summary>Golden-ratio (low-discrepancy) choice: even a short run of images holds about the asked share of normal ones.</summary>
    private static bool IsNormal(PhantomOptions options, int index)
    {
        double offset = new Random(options.Seed).NextDouble();
        return (offset + (index * GoldenRatio)) % 1 < options.NormalFraction;
    }

    /// <summary>Picks encoding, bit depth and tags as they are mixed in real sets.</summary>
    private static DicomContent Store(Phantom phantom, UInt128 identity, Random random)
    {
        DicomEncoding encoding = random.NextDouble() switch
        {
            < 0.25 => DicomEncoding.ExplicitLittleEndian,
            < 0.45 => DicomEncoding.ImplicitLittleEndian,
            < 0.70 => DicomEncoding.Jpeg2000Lossless,
            < 0.90 => DicomEncoding.RunLength,
            _ => DicomEncoding.DeflatedExplicitLittleEndian,
        };
        int bits = encoding == DicomEncoding.Jpeg2000Lossless ? 16 : random.Pick(10, 12, 12, 12, 14, 16);
        bool monochrome1 = random.Chance(0.2);
        (double Slope, double Intercept)? rescale = random.NextDouble() switch
        {
            < 0.5 => null,
            < 0.9 => (1, 0),
            _ => (2, -100),
        };

        // Detectors seldom use the full range; the window, where there is one, says which part they did.
        double top = (1 << bits) - 1;
        double low = random.Range(0, 0.12) * top, high = random.Range(0.85, 1) * top;
        ushort[] pixels = new ushort[phantom.Brightness.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            double value = monochrome1 ? 1 - phantom.Brightness[i] : phantom.Brightness[i];
            pixels[i] = (ushort)Math.Round(low + (value * (high - low)));
        }

        (double slope, double intercept) = rescale ?? (1, 0);
        return new DicomContent
        {
            Identity = identity,
            Rows = phantom.Height,
            Columns = phantom.Width,
            Pixels = pixels,
            BitsStored = bits,
            Encoding = encoding,
            Monochrome1 = monochrome1,
            Rescale = rescale,
            Window = random.Chance(0.6) ? (Math.Round((slope * (low + high) / 2) + intercept), Math.Round(slope * (high - low))) : null,
            PatientSex = random.Chance(0.1) ? "O" : phantom.Female ? "F" : "M",
            PatientAge = random.Chance(0.25) ? "Y" : $"{random.Next(18, 91):000}Y",
            PixelSpacing = 430.0 / Math.Max(phantom.Width, phantom.Height),
        };
    }
}
