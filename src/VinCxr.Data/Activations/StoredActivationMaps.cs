using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Activations;

/// <summary>Activation maps that lie in a store as a blob. The index is kept in memory, some 300 bytes an image; cells are read when they are asked for.</summary>
public sealed class StoredActivationMaps
{
    private readonly IStore _store;
    private readonly string _blob;
    private readonly Dictionary<string, (ActivationMapEntry Entry, long Offset)> _places = new(StringComparer.Ordinal);

    private StoredActivationMaps(IStore store, string blob, ActivationMapEntry[] entries)
    {
        (_store, _blob) = (store, blob);
        long offset = ActivationMapFile.HeadBytes;
        foreach (ActivationMapEntry entry in entries)
        {
            _places.Add(entry.ImageId, (entry, offset));
            offset += entry.Length;
        }
    }

    /// <summary>Where they lie.</summary>
    public string Blob => _blob;

    /// <summary>Images that have a map.</summary>
    public int Count => _places.Count;

    public bool Contains(string imageId) => _places.ContainsKey(imageId);

    /// <exception cref="NotFoundException">No such blob.</exception>
    /// <exception cref="StoreException">The blob holds no activation maps, or damaged ones.</exception>
    public static async Task<StoredActivationMaps> OpenAsync(IStore store, string blob, CancellationToken cancellationToken = default)
    {
        string name = $"blob {blob}";
        var info = await store.Blobs.FindAsync(blob, cancellationToken).ConfigureAwait(false) ?? throw new NotFoundException($"no {name}");
        byte[] head = await ReadAsync(store, blob, 0, ActivationMapFile.HeadBytes, cancellationToken).ConfigureAwait(false);
        long end = Math.Max(0, info.Length - ActivationMapFile.TailBytes);
        byte[] tail = await ReadAsync(store, blob, end, ActivationMapFile.TailBytes, cancellationToken).ConfigureAwait(false);
        int length = ActivationMapFile.IndexLength(head, tail, info.Length, name);
        byte[] index = await ReadAsync(store, blob, end - length, length, cancellationToken).ConfigureAwait(false);
        return new StoredActivationMaps(store, blob, ActivationMapFile.ReadIndex(index, info.Length, name));
    }

    /// <returns>The map of an image, or null when it has none.</returns>
    /// <exception cref="StoreException">The store cannot be reached, or the blob is shorter than it was.</exception>
    public async Task<ActivationMap?> FindAsync(string imageId, CancellationToken cancellationToken = default)
    {
        if (!_places.TryGetValue(imageId, out var place))
        {
            return null;
        }

        var (entry, offset) = place;
        byte[] cells = await ReadAsync(_store, _blob, offset, (int)entry.Length, cancellationToken).ConfigureAwait(false);
        return cells.Length == entry.Length
            ? new ActivationMap(entry.ImageId, entry.Width, entry.Height, entry.Peak, entry.Area, entry.Seen, cells)
            : throw new StoreException($"blob {_blob} ends within the activation map of image '{imageId}'");
    }

    private static async Task<byte[]> ReadAsync(IStore store, string blob, long offset, int length, CancellationToken cancellationToken)
    {
        var stream = await store.Blobs.OpenReadAsync(blob, offset, length, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] bytes = new byte[length];
            int read = await stream.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return read == length ? bytes : bytes[..read];
        }
    }
}
