using OpenCvSharp;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom.Conformance;

/// <summary>JPEG and JPEG 2000 frames made here, by an encoder of the test or by OpenCV, read back.</summary>
public abstract partial class DicomReaderConformanceTests
{
    private const int Rows = 37;
    private const int Columns = 53;

    [Theory]
    [InlineData(16, false)]
    [InlineData(16, true)]
    [InlineData(12, false)]
    [InlineData(12, true)]
    public void Lossless_jpeg_keeps_every_value(int precision, bool signed)
    {
        ushort[] stored = Noise((1 << precision) - 1);
        byte[] file = new DicomBytes().Image(Rows, Columns, 16, precision, signed)
            .Fragments(null, LosslessJpeg.Encode(stored, Rows, Columns, precision)).File(JpegLossless);
        int spare = signed ? 16 - precision : 0;
        Assert.Equal(Bytes([.. stored.Select(value => (ushort)((short)(value << spare) >> spare))]), Reader.Read(file).PixelBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Jpeg_2000_keeps_every_16_bit_value_raw_or_wrapped(bool wrapped)
    {
        ushort[] stored = Noise(65535);
        byte[] frame = EncodeJp2(Mat.FromPixelData(Rows, Columns, MatType.CV_16UC1, stored));
        byte[] file = new DicomBytes().Image(Rows, Columns).Fragments(null, wrapped ? frame : Unwrap(frame)).File(Jpeg2000);
        Assert.Equal(Bytes(stored), Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Signed_jpeg_2000_is_lowered_by_half_its_range()
    {
        // The codestream of value v, declared signed, stands for v - 32768.
        ushort[] stored = Noise(65535);
        byte[] frame = Unwrap(EncodeJp2(Mat.FromPixelData(Rows, Columns, MatType.CV_16UC1, stored)));
        frame[42] |= 0x80;
        byte[] file = new DicomBytes().Image(Rows, Columns, signed: true).Fragments(null, frame).File(Jpeg2000);
        Assert.Equal(Bytes([.. stored.Select(value => (ushort)(value - 32768))]), Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Several_jpeg_2000_frames_are_told_apart_by_their_first_bytes()
    {
        ushort[] first = Noise(65535), second = [.. first.Reverse()];
        byte[] one = Unwrap(EncodeJp2(Mat.FromPixelData(Rows, Columns, MatType.CV_16UC1, first)));
        byte[] two = Unwrap(EncodeJp2(Mat.FromPixelData(Rows, Columns, MatType.CV_16UC1, second)));
        byte[] file = new DicomBytes().Text(0x00280008, "IS", "2").Image(Rows, Columns)
            .Fragments(null, one[..100], one[100..], two[..200], two[200..]).File(Jpeg2000);
        Assert.Equal([.. Bytes(first), .. Bytes(second)], Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Colour_jpeg_2000_comes_out_red_green_blue()
    {
        byte[] blueGreenRed = [.. Enumerable.Range(0, Rows * Columns * 3).Select(i => (byte)((i / 30) + (i % 3 * 40)))];
        byte[] file = new DicomBytes().Image(Rows, Columns, 8, 8, photometric: "YBR_RCT", samples: 3)
            .Fragments(null, EncodeJp2(Mat.FromPixelData(Rows, Columns, MatType.CV_8UC3, blueGreenRed))).File(Jpeg2000);
        byte[] expected = [.. blueGreenRed.Chunk(3).SelectMany(pixel => pixel.Reverse())];
        Assert.Equal(expected, Reader.Read(file).PixelBytes);
    }

    [Fact]
    public void Baseline_jpeg_is_within_a_level_of_another_decoder()
    {
        byte[] smooth = [.. Enumerable.Range(0, Rows * Columns).Select(i => (byte)(128 + (100 * Math.Sin(i % Columns / 9.0) * Math.Cos(i / Columns / 7.0))))];
        using Mat image = Mat.FromPixelData(Rows, Columns, MatType.CV_8UC1, smooth);
        Cv2.ImEncode(".jpg", image, out byte[] jpeg);
        using Mat other = Cv2.ImDecode(jpeg, ImreadModes.Unchanged);
        other.GetArray(out byte[] expected);
        byte[] file = new DicomBytes().Image(Rows, Columns, 8, 8).Fragments(null, jpeg).File(JpegBaseline);
        // The standard leaves the rounding of the inverse transform open.
        Assert.All(expected.Zip(Reader.Read(file).PixelBytes), pair => Assert.InRange(pair.Second - pair.First, -1, 1));
    }

    [Fact]
    public void Frames_of_another_size_than_the_tags_are_refused()
    {
        byte[] lossless = LosslessJpeg.Encode(Noise(4095), Rows, Columns, 12);
        byte[] wrong = new DicomBytes().Image(Rows, Columns + 1).Fragments(null, lossless).File(JpegLossless);
        Assert.Contains("is 53x37 with 1 samples; the tags say 54x37", Assert.Throws<DicomException>(() => Reader.Read(wrong)).Message);
        byte[] deep = new DicomBytes().Image(Rows, Columns, 8, 8).Fragments(null, lossless).File(JpegLossless);
        Assert.Contains("has 12 bits; the tags allocate 8", Assert.Throws<DicomException>(() => Reader.Read(deep)).Message);
        byte[] frame = EncodeJp2(Mat.FromPixelData(Rows, Columns, MatType.CV_16UC1, Noise(65535)));
        byte[] colour = new DicomBytes().Image(Rows, Columns, samples: 3).Fragments(null, frame).File(Jpeg2000);
        Assert.Contains("with 1 samples; the tags say 53x37 with 3", Assert.Throws<DicomException>(() => Reader.Read(colour)).Message);
    }

    private static ushort[] Noise(int highest)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Rows * Columns).Select(i => i % 7 == 0 ? (ushort)(i % 2 * highest) : (ushort)random.Next(highest + 1))];
    }

    private static byte[] Bytes(ushort[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(values).ToArray();

    private static byte[] EncodeJp2(Mat image)
    {
        using (image)
        {
            // 1000 asks for everything, losslessly; OpenCV's own default throws away half.
            Cv2.ImEncode(".jp2", image, out byte[] frame, new ImageEncodingParam(ImwriteFlags.Jpeg2000CompressionX1000, 1000));
            return frame;
        }
    }

    private static byte[] Unwrap(byte[] jp2) => jp2[jp2.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51])..];
}
