using VinCxr.Data.Dicom;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Dicom;

/// <summary>Seeded damage to good files: the reader answers with an image or with a DicomException, and with memory in proportion.</summary>
public class DicomReaderMutationTests
{
    private const int MutationsOfBuilt = 500;
    private const int MutationsOfSample = 60;
    private const int LargestSample = 40_000;

    /// <summary>What the reader may allocate for small input: the trust it gives an empty JPEG 2000 image, twice, and room to work.</summary>
    private const long LargestAllocation = 160L << 20;

    private static readonly uint[] Tempting = [0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    public static TheoryData<string> Built => new(BuiltFiles().Keys);

    public static TheoryData<string> Samples => SharedData.DicomSamples is { } folder
        ? new(Directory.GetFiles(folder, "*.dcm").Where(file => new FileInfo(file).Length <= LargestSample).Select(Path.GetFileName).ToArray()!)
        : new("");

    [Theory]
    [MemberData(nameof(Built))]
    public void Damaged_built_files_never_break_the_reader(string name) => Mutate(BuiltFiles()[name], name, MutationsOfBuilt);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Damaged_sample_files_never_break_the_reader(string name)
    {
        Assert.SkipWhen(SharedData.DicomSamples is null, "shared/data/dicom-samples is absent");
        Mutate(File.ReadAllBytes(Path.Combine(SharedData.DicomSamples!, name)), name, MutationsOfSample);
    }

    private static void Mutate(byte[] good, string name, int count)
    {
        var reader = new DicomReader();
        for (int i = 0; i < count; i++)
        {
            var random = new Random(HashCode(name) + i);
            byte[] damaged = Damage(good, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                reader.ReadHeader(damaged);
                DicomImage image = reader.Read(damaged);
                PixelStatistics.Of(image);
            }
            catch (DicomException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.DoesNotContain('\r', e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i} of {name}: {e}");
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, LargestAllocation);
        }
    }

    /// <summary>One to four of: a flipped byte, a tempting 32-bit value, a cut, a doubled stretch, a removed stretch.</summary>
    private static byte[] Damage(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        int first = bytes.Length > 200 && random.Next(8) > 0 ? 128 : 0;
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Length > first + 8; changes--)
        {
            int at = random.Next(first, bytes.Length - 4), length = random.Next(1, 24);
            switch (random.Next(8))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1:
                    bytes = [.. bytes[..at], .. bytes[Math.Max(0, at - length)..]];
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + length)..]];
                    break;
                case 3 or 4:
                    BitConverter.TryWriteBytes(bytes.AsSpan(at), Tempting[random.Next(Tempting.Length)]);
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return bytes;
    }

    private static Dictionary<string, byte[]> BuiltFiles()
    {
        ushort[] pixels = [.. Enumerable.Range(0, 48).Select(i => (ushort)(i * 997))];
        byte[] lut = new DicomBytes().Us(0x00283002, 4, 0, 12).Us(0x00283006, 1, 2, 3, 4).ToArray();
        DicomBytes Filled(bool explicitVr = true, bool bigEndian = false) => new DicomBytes(explicitVr, bigEndian)
            .Text(0x00080005, "CS", "ISO_IR 100").Text(0x00100010, "PN", "Doe^Jane").Image(6, 8)
            .Text(0x00281050, "DS", "40\\50").Text(0x00281051, "DS", "400\\500");
        byte[] run = DicomReaderEncodingTests.RunLengthFrame([0xD1, 7], [0x0F, .. new byte[16], 0x0F, .. new byte[16], 0x0F, .. new byte[16]]);
        return new()
        {
            ["implicit"] = Filled(explicitVr: false).Pixels(pixels).File("1.2.840.10008.1.2"),
            ["explicit"] = Filled().Element(0x00283010, "SQ", new DicomBytes().Item(lut).ToArray()).Pixels(pixels).File("1.2.840.10008.1.2.1"),
            ["undefined"] = Filled().Element(0x00283010, "SQ", new DicomBytes().Item(lut).Element(0xFFFEE0DD, "", []).ToArray(), uint.MaxValue)
                .Pixels(pixels).File("1.2.840.10008.1.2.1"),
            ["big endian"] = Filled(bigEndian: true).Pixels(pixels).File("1.2.840.10008.1.2.2"),
            ["deflated"] = Filled().Pixels(pixels).File("1.2.840.10008.1.2.1.99"),
            ["run length"] = Filled().Fragments([0, 0, 0, 0], run).File("1.2.840.10008.1.2.5"),
            ["lossless jpeg"] = Filled().Fragments(null, LosslessJpeg.Encode(pixels, 6, 8, 16)).File("1.2.840.10008.1.2.4.70"),
            ["bare"] = Filled().Pixels(pixels).ToArray(),
        };
    }

    private static int HashCode(string name) => name.Aggregate(17, (hash, letter) => (hash * 31) + letter);
}
