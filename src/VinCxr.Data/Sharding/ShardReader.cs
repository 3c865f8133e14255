using VinCxr.Core;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding;

/// <summary>
/// Memory-mapped random access over shard files; thread-safe. The index of each file is checked when it is opened, each plane when it is
/// first used, so opening costs the same for a shard of any size.
/// </summary>
public sealed class ShardReader : IDisposable
{
    private readonly List<MappedShard> _shards = [];
    private readonly Dictionary<string, PreparedImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (MappedShard Shard, int Entry)> _places = new(StringComparer.Ordinal);

    /// <exception cref="StoreException">A file is missing, not a shard, damaged, or holds an image that another one holds too.</exception>
    public ShardReader(IReadOnlyList<string> paths)
    {
        try
        {
            foreach (string path in paths)
            {
                Add(MappedShard.Open(path));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, PreparedImage> Images => _images;

    /// <summary>
    /// Pixels of an image, row-major, Width * Height * Bits / 8 bytes: without copying where the shard is raw, decoded into a pooled buffer
    /// otherwise. Dispose them after use; they must not be used once the reader is disposed.
    /// </summary>
    /// <exception cref="NotFoundException">No such image in these shards.</exception>
    /// <exception cref="StoreException">The plane fails its checksum.</exception>
    public PlanePixels Pixels(string imageId) => _places.TryGetValue(imageId, out var place)
        ? place.Shard.Pixels(place.Entry)
        : throw new NotFoundException($"image '{imageId}' is in none of the {_shards.Count} prepared shards");

    public void Dispose() => _shards.ForEach(s => s.Dispose());

    private void Add(MappedShard shard)
    {
        _shards.Add(shard);
        for (int i = 0; i < shard.Entries.Count; i++)
        {
            var entry = shard.Entries[i];
            if (!_places.TryAdd(entry.ImageId, (shard, i)))
            {
                throw new StoreException($"prepared shard '{shard.Path}': image '{entry.ImageId}' is in another shard too; give each shard once");
            }

            _images.Add(entry.ImageId, new PreparedImage(entry.ImageId, entry.Width, entry.Height, entry.Bits, entry.OriginalWidth, entry.OriginalHeight)
            {
                Region = entry.Region ?? PixelRegion.Whole(entry.OriginalWidth, entry.OriginalHeight),
            });
        }
    }
}
