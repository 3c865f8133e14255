using CsCheck;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Sharding;

public sealed class ShardCodecTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("raw", 8)]
    [InlineData("raw", 16)]
    [InlineData("zstd", 8)]
    [InlineData("zstd", 16)]
    [InlineData("png", 8)]
    [InlineData("png", 16)]
    public void Lossless_codecs_give_back_every_plane(string codec, int bits)
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1000]).Sample(
            (width, height, seed) =>
            {
                var plane = Noise(width, height, bits, seed);
                using var reader = Write(new PreprocessSpec(64, Bits: bits) { Codec = codec }, plane);
                using var pixels = reader.Pixels("i0");
                Assert.True(pixels.Span.SequenceEqual(plane.Bytes));
            },
            seed: "0000000000000",
            iter: 30,
            threads: 1);
    }

    /// <summary>A slow ramp has nothing that JPEG at quality 95 may lose beyond rounding: 2 grey levels of tolerance.</summary>
    [Fact]
    public void Jpeg_stays_close_and_a_lower_quality_is_smaller()
    {
        var ramp = new Plane(96, 64, 8, [.. Enumerable.Range(0, 96 * 64).Select(i => (byte)((i % 96) + (i / 96)))]);
        using var fine = Write(new PreprocessSpec(96) { Codec = "jpeg", Quality = 95 }, ramp);
        using var pixels = fine.Pixels("i0");
        for (int i = 0; i < ramp.Bytes.Length; i++)
        {
            Assert.InRange(pixels.Span[i], ramp.Bytes[i] - 2, ramp.Bytes[i] + 2);
        }

        var noise = Noise(96, 96, 8, seed: 3);
        Assert.True(Encoded(new PreprocessSpec { Codec = "jpeg", Quality = 30 }, noise) < Encoded(new PreprocessSpec { Codec = "jpeg", Quality = 90 }, noise));
    }

    [Fact]
    public void Compressed_shards_say_version_2_and_raw_ones_stay_version_1()
    {
        Write(new PreprocessSpec(), Noise(4, 4, 8, 1)).Dispose();
        Assert.Equal((1, 1), Versions());
        Write(new PreprocessSpec { Codec = "zstd" }, Noise(4, 4, 8, 1)).Dispose();
        Assert.Equal((2, 2), Versions());

        (int, int) Versions()
        {
            byte[] file = File.ReadAllBytes(_directory.File("shard"));
            return (file[8], file[^16]);
        }
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("png")]
    public void Many_threads_read_the_same_pixels(string codec)
    {
        Plane[] planes = [.. Enumerable.Range(0, 8).Select(i => Noise(30, 20, 8, i))];
        using var reader = Write(new PreprocessSpec { Codec = codec }, planes);
        Parallel.For(0, 400, i =>
        {
            using var pixels = reader.Pixels($"i{i % 8}");
            Assert.True(pixels.Span.SequenceEqual(planes[i % 8].Bytes));
        });
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("png")]
    [InlineData("jpeg")]
    public void A_changed_stored_byte_is_found(string codec)
    {
        Write(new PreprocessSpec { Codec = codec }, Noise(30, 20, 8, 1)).Dispose();
        byte[] file = File.ReadAllBytes(_directory.File("shard"));
        file[80] ^= 1;
        File.WriteAllBytes(_directory.File("shard"), file);
        using var reader = new ShardReader([_directory.File("shard")]);
        Assert.Contains("checksum", Assert.Throws<StoreException>(() => reader.Pixels("i0").Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Refused(new PreprocessSpec(Bits: 16) { Codec = "jpeg" }, "preprocess.bits is 16");
        Refused(new PreprocessSpec { Codec = "jpeg", Quality = 0 }, "preprocess.quality is 0");
        Refused(new PreprocessSpec { Codec = "gif" }, "'gif'");

        static void Refused(PreprocessSpec spec, string part) =>
            Assert.Contains(part, Assert.Throws<InvalidInputException>(() => ShardWriter.Check(spec)).Message, StringComparison.Ordinal);
    }

    private static Plane Noise(int width, int height, int bits, int seed)
    {
        byte[] bytes = new byte[width * height * bits / 8];
        new Random(seed).NextBytes(bytes);
        return new Plane(width, height, bits, bytes);
    }

    private static int Encoded(PreprocessSpec spec, Plane plane) => new ShardWriter(Stream.Null, spec).Encode(plane).Length;

    private ShardReader Write(PreprocessSpec spec, params Plane[] planes)
    {
        using (var file = File.Create(_directory.File("shard")))
        {
            var writer = new ShardWriter(file, spec);
            for (int i = 0; i < planes.Length; i++)
            {
                writer.AddAsync($"i{i}", planes[i], 100, 100, Cancellation).GetAwaiter().GetResult();
            }

            writer.CompleteAsync(Cancellation).GetAwaiter().GetResult();
        }

        return new ShardReader([_directory.File("shard")]);
    }
}
