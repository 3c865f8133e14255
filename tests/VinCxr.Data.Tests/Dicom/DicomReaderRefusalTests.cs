using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom;

/// <summary>Every unusable file gives one line that says what is wrong with it.</summary>
public class DicomReaderRefusalTests
{
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string RunLength = "1.2.840.10008.1.2.5";
    private const string Jpeg = "1.2.840.10008.1.2.4.70";
    private const string Jpeg2000 = "1.2.840.10008.1.2.4.90";

    /// <summary>32 runs of 128 zero bytes.</summary>
    private static byte[] Runs => [.. Enumerable.Repeat((byte[])[0x81, 0], 32).SelectMany(run => run)];

    private static DicomBytes Grey => new DicomBytes().Image(64, 64);

    public static TheoryData<string, byte[]> Files => new()
    {
        { "not a DICOM file: 0 bytes", [] },
        { "not a DICOM file", "PNG or any other text that is not DICOM at all"u8.ToArray() },
        { "not a DICOM file", new byte[4096] },
        { "no pixel data (7FE0,0010)", Grey.File(Explicit) },
        { "floating point", Grey.Element(0x7FE00008, "OF", new byte[16]).File(Explicit) },
        { "expected 8192 bytes, found 8130", Grey.Element(0x7FE00010, "OW", new byte[8130], 8192).File(Explicit) },
        { "expected 8192 bytes, found 100", Grey.Element(0x7FE00010, "OW", new byte[100]).File(Explicit) },
        { "(0010,0010) says 900 bytes, 4 are left", new DicomBytes().Element(0x00100010, "PN", new byte[4], 900).File(Explicit) },
        { "JPEG-LS Lossless (1.2.840.10008.1.2.4.80) is not supported", Grey.Fragments(null, new byte[9]).File("1.2.840.10008.1.2.4.80") },
        { "unknown (1.2.3.4) is not supported", Grey.Fragments(null, new byte[9]).File("1.2.3.4") },
        { "Rows is 0", new DicomBytes().Image(0, 4).Pixels(1).File(Explicit) },
        { "BitsAllocated is 32", new DicomBytes().Image(1, 1, 32, 32).Pixels(1, 2).File(Explicit) },
        { "BitsStored is 17", new DicomBytes().Image(1, 1, 16, 17).Pixels(1).File(Explicit) },
        { "SamplesPerPixel is 2", new DicomBytes().Image(1, 1, samples: 2).Pixels(1, 2).File(Explicit) },
        { "PhotometricInterpretation is missing", new DicomBytes().Image(1, 1, photometric: "").Pixels(1).File(Explicit) },
        { "'1A', not an integer", new DicomBytes().Text(0x00280008, "IS", "1A").Image(1, 1).Pixels(1).File(Explicit) },
        { "'NaN', not a number", new DicomBytes().Image(1, 1).Text(0x00281050, "DS", "NaN").Pixels(1).File(Explicit) },
        { "take more than", new DicomBytes().Text(0x00280008, "IS", "2000000000").Image(65535, 65535).Pixels(1).File(Explicit) },
        { "expected 1600000000 bytes, found 2", new DicomBytes().Image(40000, 40000, 8, 8).Pixels(1).File(Explicit) },
        { "is encapsulated although", Grey.Fragments(null, new byte[8192]).File(Explicit) },
        { "is not encapsulated although", Grey.Pixels(1).File(RunLength) },
        { "0 frames in 0 fragments", Grey.Fragments(null).File(RunLength) },
        { "NumberOfFrames is 3", Grey.Text(0x00280008, "IS", "3").Fragments(null, new byte[900], new byte[900]).File(RunLength) },
        { "2 compressed bytes cannot hold", Grey.Fragments(null, new byte[2]).File(RunLength) },
        { "RLE frame has 0 segments", Grey.Fragments(null, new byte[900]).File(RunLength) },
        {
            "RLE segment 2 is truncated: expected 4096 bytes, found 0",
            Grey.Fragments(null, RunLengthFrame.Of(Runs, [0x81])).File(RunLength)
        },
        { "JPEG frame is damaged", Grey.Fragments(null, [0xFF, 0xD8, .. new byte[900]]).File(Jpeg) },
        { "holds no codestream", Grey.Fragments(null, new byte[900]).File(Jpeg2000) },
        { "JPEG 2000 frame is 0x0", Grey.Fragments(null, [0xFF, 0x4F, 0xFF, 0x51, .. new byte[900]]).File(Jpeg2000) },
        { "nests deeper", new DicomBytes().Raw(DeepSequences()).File(Explicit) },
        { "holds (0008,0008) where an item", new DicomBytes().Element(0x00081140, "SQ", new DicomBytes().Text(0x00080008, "CS", "X").ToArray(), uint.MaxValue).File(Explicit) },
        { "deflated data set is damaged", [.. new byte[128], .. "DICM"u8, .. new DicomBytes().Text(0x00020010, "UI", "1.2.840.10008.1.2.1.99").ToArray(), .. Enumerable.Repeat((byte)0xFF, 99)] },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void Reason_is_named_in_one_line(string reason, byte[] file)
    {
        var error = Assert.Throws<DicomException>(() => new DicomReader().Read(file));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static byte[] DeepSequences()
    {
        var open = new DicomBytes();
        for (int i = 0; i < 10_000; i++)
        {
            open.Element(0x00081140, "SQ", [], uint.MaxValue).Element(0xFFFEE000, "", [], uint.MaxValue);
        }

        return open.ToArray();
    }
}
