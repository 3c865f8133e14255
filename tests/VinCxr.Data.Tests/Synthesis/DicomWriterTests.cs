using CsCheck;
using VinCxr.Data.Dicom;
using VinCxr.Data.Synthesis.Dicom;

namespace VinCxr.Data.Tests.Synthesis;

public sealed class DicomWriterTests
{
    public static TheoryData<DicomEncoding> Encodings => [.. Enum.GetValues<DicomEncoding>()];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Files_decode_to_the_pixels_written(DicomEncoding encoding) => Contents(encoding).Sample(
        content =>
        {
            DicomImage image = new DicomReader().Read(DicomWriter.Write(content));

            Assert.Equal(DicomWriter.TransferSyntax(encoding), image.Header.TransferSyntax);
            Assert.Equal(content.Monochrome1 ? "MONOCHROME1" : "MONOCHROME2", image.Header.Photometric);
            Assert.Equal((content.Rows, content.Columns), (image.Header.Rows, image.Header.Columns));
            Assert.Equal((16, content.BitsStored, content.BitsStored - 1), (image.Header.BitsAllocated, image.Header.BitsStored, image.Header.HighBit));
            byte[] expected = new byte[content.Pixels.Length * 2];
            Buffer.BlockCopy(content.Pixels, 0, expected, 0, expected.Length);
            Assert.Equal(expected, image.PixelBytes);
        },
        iter: 40);

    [Fact]
    public void Window_and_rescale_are_written_when_given_and_absent_otherwise()
    {
        DicomContent plain = Small(DicomEncoding.ImplicitLittleEndian);

        DicomHeader with = Header(plain with { Window = (2047.5, 4096), Rescale = (2, -100) });
        DicomHeader without = Header(plain);

        Assert.Equal([(2047.5, 4096)], with.Windows);
        Assert.Equal((2, -100), (with.RescaleSlope, with.RescaleIntercept));
        Assert.Empty(without.Windows);
        Assert.Equal((1, 0), (without.RescaleSlope, without.RescaleIntercept));
    }

    [Theory]
    [InlineData("045Y")]
    [InlineData("Y")]
    public void No_person_is_named(string age)
    {
        DicomHeader header = Header(Small(DicomEncoding.ExplicitLittleEndian) with { PatientAge = age, PatientSex = "O" });

        Assert.Empty(header.PhiTags);
        Assert.Contains(header.Tags, t => t.Value == age);
    }

    [Fact]
    public void Preamble_and_meta_group_length_are_those_of_PS3_10()
    {
        byte[] file = DicomWriter.Write(Small(DicomEncoding.DeflatedExplicitLittleEndian));

        Assert.Equal("DICM"u8, file.AsSpan(128, 4));
        Assert.Equal([2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0], file[132..140]);
        // The element after the group length starts at 144; the meta group ends where the deflated bytes begin.
        int length = BitConverter.ToInt32(file, 140);
        using var inflate = new System.IO.Compression.DeflateStream(new MemoryStream(file[(144 + length)..]), System.IO.Compression.CompressionMode.Decompress);
        byte[] first = new byte[8];
        inflate.ReadExactly(first);
        Assert.Equal([8, 0, 0x16, 0, (byte)'U', (byte)'I', 26, 0], first);
        Assert.Equal(0, file.Length % 2);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_and_another_identity_others()
    {
        DicomContent content = Small(DicomEncoding.Jpeg2000Lossless) with { BitsStored = 16, Rows = 32, Columns = 40, Pixels = [.. Enumerable.Range(0, 1280).Select(i => (ushort)(i * 51))] };

        Assert.Equal(DicomWriter.Write(content), DicomWriter.Write(content));
        Assert.NotEqual(DicomWriter.Write(content), DicomWriter.Write(content with { Identity = 8 }));
    }

    [Fact]
    public void Pixels_that_do_not_fit_are_refused()
    {
        DicomContent content = Small(DicomEncoding.ExplicitLittleEndian);

        Assert.Throws<ArgumentException>(() => DicomWriter.Write(content with { BitsStored = 10, Pixels = [1024, 0, 0, 0, 0, 0] }));
        Assert.Throws<ArgumentException>(() => DicomWriter.Write(content with { Rows = 3 }));
        Assert.Throws<ArgumentException>(() => DicomWriter.Write(content with { BitsStored = 8 }));
        Assert.Throws<ArgumentException>(() => DicomWriter.Write(content with { Encoding = DicomEncoding.Jpeg2000Lossless, BitsStored = 12 }));
    }

    /// <summary>Images with runs, noise and both extremes.</summary>
    private static Gen<DicomContent> Contents(DicomEncoding encoding) => Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[10, 16], Gen.Int[1, 200], Gen.Int[0, 1_000_000], Gen.Bool,
        (anyRows, anyColumns, anyBits, run, seed, inverted) =>
        {
            bool jpeg = encoding == DicomEncoding.Jpeg2000Lossless;
            (int rows, int columns, int bits) = jpeg ? (anyRows + 31, anyColumns + 31, 16) : (anyRows, anyColumns, anyBits);
            var random = new Random(seed);
            ushort[] pixels = new ushort[rows * columns];
            ushort value = 0;
            for (int i = 0; i < pixels.Length; i++)
            {
                value = random.Next(run) == 0 ? (ushort)random.Next(1 << bits) : value;
                pixels[i] = value;
            }

            pixels[0] = (ushort)((1 << bits) - 1);
            return new DicomContent
            {
                Identity = (UInt128)seed,
                Rows = rows,
                Columns = columns,
                Pixels = pixels,
                BitsStored = bits,
                Encoding = encoding,
                Monochrome1 = inverted,
            };
        });

    private static DicomContent Small(DicomEncoding encoding) => new()
    {
        Identity = 7,
        Rows = 2,
        Columns = 3,
        Pixels = [0, 1, 2, 1023, 4, 4095],
        BitsStored = 12,
        Encoding = encoding,
    };

    private static DicomHeader Header(DicomContent content) => new DicomReader().ReadHeader(DicomWriter.Write(content));
}
