using System.IO.Compression;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Dicom;

/// <summary>Files that claim far more than they hold: refused before there is memory for the claim. Most were found by fuzzing.</summary>
public class DicomReaderMemoryTests
{
    private const string Deflated = "1.2.840.10008.1.2.1.99";
    private const string Jpeg2000 = "1.2.840.10008.1.2.4.90";
    private const string Explicit = "1.2.840.10008.1.2.1";

    /// <summary>Buffers of the inflater, the element table, the message.</summary>
    private const long Small = 1L << 20;

    public static TheoryData<string, byte[]> Claims => new()
    {
        { "65535 frames of 65535x65535 take more than", new DicomBytes().Text(0x00280008, "IS", "65535").Image(65535, 65535).Pixels(1).File(Explicit) },
        { "expected 1600000000 bytes, found 2", new DicomBytes().Image(40000, 40000, 8, 8).Pixels(1).File(Explicit) },
        { "inflates to more than 67108864 bytes", Bomb(300) },
        { "cannot hold 1000 frames of 256x256 pixels (131072000 bytes)", EmptyFrames(1000, 256) },
        { "says 4294967294 bytes", new DicomBytes().Element(0x00091002, "UN", [1, 2], 0xFFFFFFFE).File(Explicit) },
    };

    [Theory]
    [MemberData(nameof(Claims), DisableDiscoveryEnumeration = true)]
    public void A_claim_without_bytes_behind_it_costs_nothing(string reason, byte[] file)
    {
        var reader = new DicomReader();
        Assert.Throws<DicomException>(() => reader.Read(file)); // Once before, so that static tables are not counted.
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<DicomException>(() => reader.Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Small + (10 * file.Length));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Explicit, "400x400 pixels take 320000 bytes; at most 319999 are taken here")]
    [InlineData(Deflated, "which is more than is taken here")]
    public void Files_of_people_who_are_not_trusted_have_a_bound(string syntax, string reason)
    {
        byte[] file = new DicomBytes().Image(400, 400).Element(0x7FE00010, "OW", new byte[320_000]).File(syntax);

        Assert.Contains(reason, Assert.Throws<DicomException>(() => DicomReaders.Bounded(319_999).Read(file)).Message, StringComparison.Ordinal);
        Assert.Equal(320_000, DicomReaders.Bounded(330_000).Read(file).PixelBytes.Length);
    }

    /// <summary>Such tables kept the decoder busy for seconds.</summary>
    [Theory]
    [InlineData("holds no code word", 0, 0)]
    [InlineData("more code words than fit", 3, 0)]
    [InlineData("more code words than fit", 2, 1)]
    public void A_Huffman_table_that_cannot_be_is_refused_by_its_counts(string reason, byte oneBit, byte sixteenBits)
    {
        byte[] lossless = LosslessJpeg.Encode([1, 2, 3, 4], 2, 2, 8);
        byte[] table = [0xFF, 0xC4, 0, 19 + 3, 0, oneBit, .. new byte[14], sixteenBits, 1, 2, 3];
        byte[] file = new DicomBytes().Image(2, 2, 8, 8).Fragments(null, [.. lossless[..2], .. table, .. lossless[2..]]).File("1.2.840.10008.1.2.4.70");
        Assert.Contains(reason, Assert.Throws<DicomException>(() => new DicomReader().Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_even_image_that_deflates_a_thousand_to_one_is_still_read()
    {
        byte[] file = new DicomBytes().Image(2000, 2000).Element(0x7FE00010, "OW", new byte[8_000_000]).File(Deflated);
        Assert.True(file.Length < 20_000);
        Assert.Equal(8_000_000, new DicomReader().Read(file).PixelBytes.Length);
    }

    /// <summary>A data set of zeros only, in megabytes.</summary>
    private static byte[] Bomb(int megabytes)
    {
        using var file = new MemoryStream();
        file.Write([.. new byte[128], .. "DICM"u8, .. new DicomBytes().Text(0x00020010, "UI", Deflated).ToArray()]);
        using (var packed = new DeflateStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var block = new byte[1 << 20];
            for (int i = 0; i < megabytes; i++)
            {
                packed.Write(block);
            }
        }

        return file.ToArray();
    }

    /// <summary>Frames that begin like JPEG 2000 and end there: each alone would be taken on trust.</summary>
    private static byte[] EmptyFrames(int frames, int side) => new DicomBytes()
        .Text(0x00280008, "IS", $"{frames}").Image(side, side)
        .Fragments(null, [.. Enumerable.Repeat((byte[])[0xFF, 0x4F, 0xFF, 0x51, .. new byte[16]], frames)]).File(Jpeg2000);
}
