using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

public abstract partial class DicomReaderConformanceTests
{
    public static TheoryData<string, byte[]> Unusable => new()
    {
        { "empty", [] },
        { "text", "PNG or any other text that is not DICOM at all"u8.ToArray() },
        { "zeros", new byte[4096] },
        { "no pixel data", new DicomBytes().Image(64, 64).File(Explicit) },
        { "cut pixel data", new DicomBytes().Image(64, 64).Element(0x7FE00010, "OW", new byte[8130], 8192).File(Explicit) },
        { "short pixel data", new DicomBytes().Image(64, 64).Element(0x7FE00010, "OW", new byte[100]).File(Explicit) },
        { "a private transfer syntax", new DicomBytes().Image(64, 64).Fragments(null, new byte[9]).File("1.2.3.4") },
        { "no rows", new DicomBytes().Image(0, 4).Pixels(1).File(Explicit) },
        { "32 bits", new DicomBytes().Image(1, 1, 32, 32).Pixels(1, 2).File(Explicit) },
        { "frames that are no number", new DicomBytes().Text(0x00280008, "IS", "1A").Image(1, 1).Pixels(1).File(Explicit) },
        { "a claim of terabytes", new DicomBytes().Text(0x00280008, "IS", "65535").Image(65535, 65535).Pixels(1).File(Explicit) },
        { "a claim of gigabytes", new DicomBytes().Image(40000, 40000, 8, 8).Fragments(null, new byte[900]).File(Jpeg2000) },
        { "a damaged run", new DicomBytes().Image(64, 64).Fragments(null, new byte[900]).File(RunLength) },
        { "a damaged frame", new DicomBytes().Image(64, 64).Fragments(null, [0xFF, 0xD8, .. new byte[900]]).File(JpegLossless) },
    };

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public void Unusable_files_are_refused_in_one_line(string what, byte[] file)
    {
        var error = Assert.Throws<DicomException>(() => Reader.Read(file));
        Assert.False(string.IsNullOrWhiteSpace(error.Message), what);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }
}
