using System.Buffers.Binary;
using System.Text;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Data.Activations;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Activations;

public sealed class StoredActivationMapsTests : IAsyncDisposable
{
    private static readonly ActivationMap[] Maps =
    [
        new("first", 3, 2, 0.7031234f, new Box(-1.5, 0, 100.25, 60), new PixelRegion(0, 0, 100, 60), [0, 1, 2, 127, 254, 255]),
        new("second \"quoted\"", 1, 1, 0, new Box(10, 20, 30, 40), new PixelRegion(12, 22, 16, 16), [0]),
        new("third", 2, 2, 1, new Box(0, 0, 2, 2), PixelRegion.Whole(2, 2), [9, 8, 7, 6]),
    ];

    private readonly TempDirectory _folder = new();
    private IStore? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_map_comes_back_as_it_was_written()
    {
        var maps = await OpenAsync(Bytes());
        Assert.Equal(3, maps.Count);
        foreach (ActivationMap written in Maps)
        {
            ActivationMap read = (await maps.FindAsync(written.ImageId, Cancellation))!;
            Assert.True(maps.Contains(written.ImageId));
            Assert.Equal(written with { Cells = read.Cells }, read);
            Assert.Equal(written.Cells, read.Cells);
        }

        Assert.False(maps.Contains("fourth"));
        Assert.Null(await maps.FindAsync("fourth", Cancellation));
    }

    [Fact]
    public void Equal_maps_give_equal_bytes_as_documented()
    {
        byte[] bytes = Bytes();
        Assert.Equal(bytes, Bytes());
        Assert.Equal([.. "VCXRMAPS"u8, .. Maps.SelectMany(m => m.Cells)], bytes[..19]);
        Assert.Equal([1, 0, 0, 0, .. "VCXRMAPS"u8], bytes[^12..]);
        int index = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 16));
        Assert.StartsWith(
            """[{"imageId":"first","width":3,"height":2,"peak":0.7031234,"area":{"xMin":-1.5,"yMin":0,"xMax":100.25,"yMax":60},"seen":{"x":0,"y":0,"width":100,"height":60}},""",
            Encoding.UTF8.GetString(bytes, 19, index), StringComparison.Ordinal);
        Assert.Equal(bytes.Length, 19 + index + 16);
    }

    [Fact]
    public async Task No_maps_are_a_file_too() => Assert.Equal(0, (await OpenAsync(Bytes([]))).Count);

    [Fact]
    public async Task A_damaged_file_is_refused_and_named()
    {
        byte[] whole = Bytes();
        (string Damage, byte[] File, string Said)[] damaged =
        [
            ("empty", [], "no activation maps"),
            ("something else", "image_id,class_id"u8.ToArray(), "no activation maps"),
            ("a head alone", whole[..8], "damaged or cut short"),
            ("cut within the cells", whole[..12], "damaged or cut short"),
            ("cut within the index", whole[..40], "damaged or cut short"),
            ("cut within the tail", whole[..^1], "damaged or cut short"),
            ("more than was written", [.. whole, 0], "damaged or cut short"),
            ("without a cell", [.. whole[..18], .. whole[19..]], "damaged or cut short"),
            ("of the future", Changed(whole, ^12, 2), "format 2, this build reads 1"),
            ("an index of no JSON", Changed(whole, 19, (byte)'x'), "damaged or cut short"),
            ("a length below 0", Changed(whole, ^13, 0x80), "damaged or cut short"),
            ("a length beyond the file", Changed(whole, ^14, 0x01), "damaged or cut short"),
            ("twice the same image", Bytes([Maps[2], Maps[2]]), "damaged or cut short"),
            ("a map without width", Bytes([Maps[2] with { Width = 0, Cells = [] }]), "damaged or cut short"),
            ("a peak above 1", Bytes([Maps[2] with { Peak = 1.5f }]), "damaged or cut short"),
            ("no entry", [.. "VCXRMAPS[null]"u8, 6, 0, 0, 0, .. whole[^12..]], "damaged or cut short"),
        ];
        foreach (var (damage, file, said) in damaged)
        {
            var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(file));
            Assert.True(error.Message.Contains(said, StringComparison.Ordinal), $"{damage}: {error.Message}");
            Assert.StartsWith("blob ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_missing()
    {
        IStore store = await StoreAsync();
        await Assert.ThrowsAsync<NotFoundException>(() => StoredActivationMaps.OpenAsync(store, new string('0', 64), Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static byte[] Bytes(ActivationMap[]? maps = null)
    {
        var stream = new MemoryStream();
        var writer = new ActivationMapWriter(stream);
        foreach (ActivationMap map in maps ?? Maps)
        {
            writer.Add(map);
        }

        writer.Complete();
        return stream.ToArray();
    }

    private static byte[] Changed(byte[] bytes, Index place, byte value)
    {
        byte[] changed = [.. bytes];
        changed[place] = value;
        return changed;
    }

    private async Task<IStore> StoreAsync() => _store ??= await StoreFactory.OpenAsync(_folder.File("store"), create: true, Cancellation);

    private async Task<StoredActivationMaps> OpenAsync(byte[] file)
    {
        IStore store = await StoreAsync();
        var blob = await store.Blobs.PutAsync(new MemoryStream(file), cancellationToken: Cancellation);
        return await StoredActivationMaps.OpenAsync(store, blob.Id, Cancellation);
    }
}
