using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

public abstract partial class DicomReaderConformanceTests
{
    [Fact]
    public void Windows_rescale_and_names_are_read()
    {
        byte[] file = new DicomBytes()
            .Text(0x00080080, "LO", "General Hospital").Text(0x00100010, "PN", "Doe^Jane").Text(0x00100020, "LO", "").Text(0x00101010, "AS", "Y")
            .Image(1, 1, 16, 12, photometric: "MONOCHROME1")
            .Text(0x00281050, "DS", "40\\-600.5").Text(0x00281051, "DS", "400\\1500 ").Text(0x00281052, "DS", "-1024").Text(0x00281053, "DS", "2.5E0")
            .Text(0x00281056, "CS", "SIGMOID").Pixels(7).File(Explicit);
        DicomHeader header = Reader.ReadHeader(file);
        Assert.Equal([(40, 400), (-600.5, 1500)], header.Windows);
        Assert.Equal((2.5, -1024, "SIGMOID"), (header.RescaleSlope, header.RescaleIntercept, header.VoiFunction));
        Assert.Equal(("MONOCHROME1", 12, 11, false), (header.Photometric, header.BitsStored, header.HighBit, header.Signed));
        Assert.Equal(["(0008,0080) InstitutionName", "(0010,0010) PatientName"], header.PhiTags);
        Assert.Contains(new DicomTagText("(0010,1010)", "AS", "PatientAge", "Y"), header.Tags);
        Assert.Contains(new DicomTagText("(7FE0,0010)", "OW", "PixelData", "2 bytes"), header.Tags);
    }

    [Fact]
    public void Defaults_are_those_of_the_standard()
    {
        byte[] file = new DicomBytes().Text(0x00280004, "CS", "MONOCHROME2").Us(0x00280010, 1).Us(0x00280011, 1).Us(0x00280100, 16)
            .Pixels(7).File(Explicit);
        DicomHeader header = Reader.Read(file).Header;
        Assert.Equal((1, 1, 16, 15, false), (header.SamplesPerPixel, header.Frames, header.BitsStored, header.HighBit, header.Signed));
        Assert.Equal((1.0, 0.0, "LINEAR"), (header.RescaleSlope, header.RescaleIntercept, header.VoiFunction));
        Assert.Empty(header.Windows);
        Assert.Null(header.VoiLut);
        Assert.Empty(header.PhiTags);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Voi_lut_of_the_first_item_is_read(bool explicitVr)
    {
        var item = new DicomBytes(explicitVr);
        byte[] lut = item.Us(0x00283002, 3, 0xFFFE, 12).Element(0x00283006, "OW", item.Words(0, 100, 4095)).ToArray();
        byte[] file = new DicomBytes(explicitVr).Image(1, 1, signed: true).Element(0x00283010, "SQ", new DicomBytes(explicitVr).Item(lut).ToArray())
            .Pixels(7).File(explicitVr ? Explicit : "1.2.840.10008.1.2");
        DicomLut read = Reader.ReadHeader(file).VoiLut!;
        Assert.Equal((-2, 12), (read.FirstMapped, read.Bits));
        Assert.Equal([0, 100, 4095], read.Entries);
    }

    [Fact]
    public void Header_of_a_file_without_or_with_cut_pixel_data_is_read()
    {
        Assert.False(Reader.ReadHeader(new DicomBytes().Image(4, 4).File(Explicit)).HasPixelData);
        byte[] whole = new DicomBytes().Image(4, 4).Pixels(new ushort[16]).File(Explicit);
        Assert.True(Reader.ReadHeader(whole.AsMemory(0, whole.Length - 9)).HasPixelData);
    }

    [Fact]
    public void Text_stays_on_one_short_line()
    {
        byte[] file = new DicomBytes().Text(0x00204000, "LT", "first\r\nsecond " + new string('x', 100)).Image(1, 1).Pixels(7).File(Explicit);
        string text = Reader.ReadHeader(file).Tags.Single(tag => tag.Keyword == "ImageComments").Value;
        Assert.StartsWith("first  second x", text);
        Assert.Equal(64, text.Length);
    }
}
