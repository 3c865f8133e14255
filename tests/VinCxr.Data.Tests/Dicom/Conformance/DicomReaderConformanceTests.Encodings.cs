using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

/// <summary>The same small image in every encoding, each written byte by byte.</summary>
public abstract partial class DicomReaderConformanceTests
{
    private static readonly ushort[] Stored = [0, 1, 255, 256, 0x1234, 0xFFFF];
    private static readonly byte[] LittleEndian = [0, 0, 1, 0, 255, 0, 0, 1, 0x34, 0x12, 0xFF, 0xFF];

    [Theory]
    [InlineData(Implicit, false, false)]
    [InlineData(Explicit, true, false)]
    [InlineData(BigEndian, true, true)]
    [InlineData(Deflated, true, false)]
    [InlineData("", true, false)]
    [InlineData("", false, false)]
    public void Native_pixels_come_out_little_endian(string syntax, bool explicitVr, bool bigEndian)
    {
        byte[] file = new DicomBytes(explicitVr, bigEndian).Text(0x00080060, "CS", "DX").Image(2, 3).Pixels(Stored).File(syntax);
        DicomImage image = Reader.Read(file);
        Assert.Equal(LittleEndian, image.PixelBytes);
        Assert.Equal((2, 3, 16), (image.Header.Rows, image.Header.Columns, image.Header.BitsStored));
        Assert.Equal(syntax.Length > 0 ? syntax : explicitVr ? Explicit : Implicit, image.Header.TransferSyntax);
        Assert.Equal(new PixelStatistics(0, 0xFFFF, Stored.Sum(v => (long)v)), PixelStatistics.Of(image));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_bare_data_set_without_preamble_or_meta_group_is_read(bool explicitVr, bool bigEndian)
    {
        byte[] file = new DicomBytes(explicitVr, bigEndian).Text(0x00080060, "CS", "DX").Image(2, 3).Pixels(Stored).ToArray();
        Assert.Equal(LittleEndian, Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Meta_group_without_preamble_is_read()
    {
        byte[] file = new DicomBytes().Image(2, 3).Pixels(Stored).File(Explicit);
        Assert.Equal(LittleEndian, Reader.Read(file.AsMemory(132)).PixelBytes);
        Assert.Equal(LittleEndian, Reader.Read(file.AsMemory(128)).PixelBytes);
    }

    [Fact]
    public void Signed_values_keep_their_sign()
    {
        byte[] file = new DicomBytes().Image(1, 2, signed: true).Pixels(0x8000, 5).File(Explicit);
        Assert.Equal(new PixelStatistics(-32768, 5, -32763), PixelStatistics.Of(Reader.Read(file)));
    }

    [Fact]
    public void Sequences_of_every_kind_are_stepped_over()
    {
        byte[] inner = new DicomBytes().Text(0x00080100, "SH", "CODE").ToArray();
        byte[] undefinedItem = new DicomBytes()
            .Element(0xFFFEE000, "", inner, uint.MaxValue).Element(0xFFFEE00D, "", []).Element(0xFFFEE0DD, "", []).ToArray();
        byte[] nested = new DicomBytes()
            .Element(0xFFFEE000, "", new DicomBytes().Element(0x00082218, "SQ", undefinedItem, uint.MaxValue).ToArray(), uint.MaxValue)
            .Element(0xFFFEE00D, "", []).Element(0xFFFEE0DD, "", []).ToArray();
        byte[] implicitItems = new DicomBytes(explicitVr: false)
            .Item(new DicomBytes(explicitVr: false).Text(0x00080100, "SH", "UN").ToArray()).Element(0xFFFEE0DD, "", []).ToArray();
        byte[] file = new DicomBytes()
            .Element(0x00081140, "SQ", new DicomBytes().Item(inner).ToArray())
            .Element(0x00082112, "SQ", undefinedItem, uint.MaxValue)
            .Element(0x00082218, "SQ", nested, uint.MaxValue)
            .Text(0x00090010, "LO", "PRIVATE")
            .Element(0x00091001, "UN", implicitItems, uint.MaxValue)
            .Element(0x00091002, "ZZ", [1, 2, 3, 4])
            .Image(2, 3).Pixels(Stored).File(Explicit);
        DicomImage image = Reader.Read(file);
        Assert.Equal(LittleEndian, image.PixelBytes);
        Assert.Contains(new DicomTagText("(0009,0010)", "LO", "", "PRIVATE"), image.Header.Tags);
        Assert.Contains(new DicomTagText("(0008,2218)", "SQ", "AnatomicRegionSequence", "sequence"), image.Header.Tags);
    }

    [Fact]
    public void An_element_without_vr_inside_an_explicit_file_is_stepped_over()
    {
        byte[] file = new DicomBytes().Text(0x00080060, "CS", "DX").Raw(new DicomBytes(explicitVr: false).Text(0x00090011, "", "odd one").ToArray())
            .Image(2, 3).Pixels(Stored).File(Explicit);
        Assert.Equal(LittleEndian, Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Frames_follow_each_other()
    {
        DicomImage image = Reader.Read(
            new DicomBytes().Text(0x00280008, "IS", "3").Image(1, 2).Pixels(Stored).File(Explicit));
        Assert.Equal(3, image.Header.Frames);
        Assert.Equal(LittleEndian, image.PixelBytes);
    }

    [Fact]
    public void Colour_planes_are_interleaved()
    {
        byte[] file = new DicomBytes().Us(0x00280006, 1).Image(1, 2, 8, 8, photometric: "RGB", samples: 3)
            .Element(0x7FE00010, "OB", [1, 2, 3, 4, 5, 6]).File(Explicit);
        Assert.Equal([1, 3, 5, 2, 4, 6], Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Packed_samples_are_unpacked_from_the_lowest_bit()
    {
        byte[] bits = new DicomBytes().Image(1, 10, 1, 1).Element(0x7FE00010, "OB", [0b1000_0101, 0b10]).File(Explicit);
        Assert.Equal([1, 0, 1, 0, 0, 0, 0, 1, 0, 1], Reader.Read(bits).PixelBytes);
        byte[] twelve = new DicomBytes().Image(1, 2, 12, 12).Element(0x7FE00010, "OW", [0xBC, 0xFA, 0xDE, 0]).File(Explicit);
        Assert.Equal([0xBC, 0x0A, 0xEF, 0x0D], Reader.Read(twelve).PixelBytes);
    }

    [Fact]
    public void Eight_bit_words_of_big_endian_files_are_swapped()
    {
        byte[] file = new DicomBytes(bigEndian: true).Image(1, 3, 8, 8).Element(0x7FE00010, "OW", [2, 1, 0, 3]).File(BigEndian);
        Assert.Equal([1, 2, 3], Reader.Read(file).PixelBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_length_frames_are_unpacked(bool offsetTable)
    {
        // High bytes 0 0 0 1 12 FF, low bytes 0 1 FF 0 34 FF: a replicate run, a literal run, a no-op, padding.
        byte[] high = [0xFE, 0, 0x80, 2, 1, 0x12, 0xFF], low = [5, 0, 1, 0xFF, 0, 0x34, 0xFF, 0];
        byte[] frame = RunLengthFrame.Of(high, low);
        byte[] table = [0, 0, 0, 0, (byte)(frame.Length + 8), 0, 0, 0];
        byte[] file = new DicomBytes().Text(0x00280008, "IS", "2").Image(2, 3).Fragments(offsetTable ? table : null, frame, frame).File(RunLength);
        Assert.Equal([.. LittleEndian, .. LittleEndian], Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void A_frame_in_several_fragments_is_joined()
    {
        byte[] frame = RunLengthFrame.Of([0xFE, 0, 0x80, 2, 1, 0x12, 0xFF], [5, 0, 1, 0xFF, 0, 0x34, 0xFF, 0]);
        byte[] one = frame[..66], two = frame[66..], table = [0, 0, 0, 0, (byte)(frame.Length + 16), 0, 0, 0];
        byte[] single = new DicomBytes().Image(2, 3).Fragments(null, one, two).File(RunLength);
        Assert.Equal(LittleEndian, Reader.Read(single).PixelBytes);
        byte[] pair = new DicomBytes().Text(0x00280008, "IS", "2").Image(2, 3).Fragments(table, one, two, one, two).File(RunLength);
        Assert.Equal([.. LittleEndian, .. LittleEndian], Reader.Read(pair).PixelBytes);
    }
}
