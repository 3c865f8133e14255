using VinCxr.Core;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Tests.Imaging;

public class PlaneCodecTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Png_keeps_every_bit(int bits)
    {
        var bytes = new byte[7 * 5 * bits / 8];
        new Random(1).NextBytes(bytes);
        var plane = new Plane(7, 5, bits, bytes);
        byte[] png = PlaneCodec.EncodePng(plane);
        Assert.Equal("PNG"u8, png.AsSpan(1, 3));
        Plane back = PlaneCodec.DecodePng(png);
        Assert.Equal((7, 5, bits), (back.Width, back.Height, back.Bits));
        Assert.Equal(bytes, back.Bytes);
    }

    [Fact]
    public void Other_bytes_are_refused() =>
        Assert.Contains("no grey PNG", Assert.Throws<InvalidInputException>(() => PlaneCodec.DecodePng("not a picture"u8)).Message);
}
