using VinCxr.Core;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Sharding;

public sealed class ShardReaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Planes_start_at_multiples_of_64_bytes_and_none_overlaps()
    {
        string path = await WriteAsync("a", "i0", "i1", "i2");
        byte[] file = await File.ReadAllBytesAsync(path, Cancellation);
        using var reader = new ShardReader([path]);
        int end = 64;
        foreach (string id in reader.Images.Keys.Order(StringComparer.Ordinal))
        {
            byte[] plane = PlaneOf(id).Bytes;
            int start = file.AsSpan(end).IndexOf(plane) + end;
            Assert.Equal(0, start % 64);
            Assert.InRange(start, end, end + 63);
            end = start + plane.Length;
        }
    }

    [Fact]
    public async Task Several_shards_read_as_one()
    {
        using var reader = new ShardReader([await WriteAsync("a", "i0", "i1"), await WriteAsync("b", "i2")]);
        Assert.Equal(["i0", "i1", "i2"], reader.Images.Keys.Order(StringComparer.Ordinal));
        foreach (string id in reader.Images.Keys)
        {
            Assert.Equal(PlaneOf(id).Bytes, reader.Pixels(id).ToArray());
        }
    }

    [Fact]
    public async Task A_shard_without_images_can_be_read()
    {
        using var reader = new ShardReader([await WriteAsync("empty")]);
        Assert.Empty(reader.Images);
    }

    [Fact]
    public async Task Many_threads_read_the_same_pixels()
    {
        string[] ids = [.. Enumerable.Range(0, 30).Select(i => $"i{i}")];
        using var reader = new ShardReader([await WriteAsync("a", ids)]);
        Parallel.For(0, 600, i => Assert.True(reader.Pixels(ids[i * 7 % 30]).Span.SequenceEqual(PlaneOf(ids[i * 7 % 30]).Bytes)));
    }

    [Fact]
    public async Task A_changed_pixel_is_found_when_its_image_is_used_and_others_still_read()
    {
        string path = await WriteAsync("a", "i0", "i1");
        await ChangeAsync(path, file => file[64] ^= 1);
        using var reader = new ShardReader([path]);
        Assert.Equal(PlaneOf("i1").Bytes, reader.Pixels("i1").ToArray());
        var error = Assert.Throws<StoreException>(() => reader.Pixels("i0").Length);
        Assert.Contains("'i0' fail their checksum", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_changed_byte_outside_the_padding_is_found()
    {
        string path = await WriteAsync("a", "i0");
        byte[] whole = await File.ReadAllBytesAsync(path, Cancellation);
        int plane = PlaneOf("i0").Bytes.Length;
        int index = (64 + plane + 63) / 64 * 64;
        int[] free = [.. Enumerable.Range(8, 56), .. Enumerable.Range(64 + plane, index - 64 - plane), .. Enumerable.Range(whole.Length - 12, 4)];
        foreach (int at in Enumerable.Range(0, whole.Length).Except(free))
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x20;
            await File.WriteAllBytesAsync(path, changed, Cancellation);
            Assert.Throws<StoreException>(() =>
            {
                using var reader = new ShardReader([path]);
                return reader.Pixels("i0").Length;
            });
        }
    }

    [Fact]
    public async Task Every_cut_is_found()
    {
        string path = await WriteAsync("a", "i0");
        byte[] whole = await File.ReadAllBytesAsync(path, Cancellation);
        for (int length = 0; length < whole.Length; length += 5)
        {
            await File.WriteAllBytesAsync(path, whole[..length], Cancellation);
            Assert.Throws<StoreException>(() => new ShardReader([path]));
        }
    }

    [Fact]
    public async Task Files_that_are_no_shards_are_one_clear_line()
    {
        string text = _directory.File("text");
        await File.WriteAllTextAsync(text, new string('x', 500), Cancellation);
        Assert.Contains("not a prepared shard", Assert.Throws<StoreException>(() => new ShardReader([text])).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<StoreException>(() => new ShardReader([_directory.File("absent")])).Message, StringComparison.Ordinal);

        string newer = await WriteAsync("newer", "i0");
        await ChangeAsync(newer, file => file[^16] = 9);
        Assert.Contains("shard format 9", Assert.Throws<StoreException>(() => new ShardReader([newer])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_in_two_shards_is_refused()
    {
        string[] paths = [await WriteAsync("a", "i0", "i1"), await WriteAsync("b", "i1")];
        Assert.Contains("'i1'", Assert.Throws<StoreException>(() => new ShardReader(paths)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_images_and_disposed_readers_are_refused()
    {
        var reader = new ShardReader([await WriteAsync("a", "i0")]);
        Assert.Throws<NotFoundException>(() => reader.Pixels("i9").Length);
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Pixels("i0").Length);
        reader.Dispose();
    }

    [Fact]
    public async Task A_shard_deleted_while_mapped_stays_readable()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps a mapped file from being deleted");
        string path = await WriteAsync("a", "i0");
        using var reader = new ShardReader([path]);
        File.Delete(path);
        Assert.Equal(PlaneOf("i0").Bytes, reader.Pixels("i0").ToArray());
    }

    private static Plane PlaneOf(string id)
    {
        int width = 5 + (id[^1] % 7), height = 9, bits = id[^1] % 2 == 0 ? 8 : 16;
        byte[] bytes = new byte[width * height * bits / 8];
        new Random(int.Parse(id[1..])).NextBytes(bytes);
        return new Plane(width, height, bits, bytes);
    }

    private static async Task ChangeAsync(string path, Action<byte[]> change)
    {
        byte[] file = await File.ReadAllBytesAsync(path, Cancellation);
        change(file);
        await File.WriteAllBytesAsync(path, file, Cancellation);
    }

    private async Task<string> WriteAsync(string name, params string[] ids)
    {
        string path = _directory.File(name);
        await using var file = File.Create(path);
        var writer = new ShardWriter(file);
        foreach (string id in ids)
        {
            await writer.AddAsync(id, PlaneOf(id), originalWidth: 100, originalHeight: 200, Cancellation);
        }

        await writer.CompleteAsync(Cancellation);
        return path;
    }
}
