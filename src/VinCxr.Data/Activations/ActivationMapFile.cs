using System.Buffers.Binary;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Activations;

/// <summary>An image in the index of a file of maps; see <see cref="ActivationMap"/>.</summary>
internal sealed record ActivationMapEntry(string ImageId, int Width, int Height, float Peak, Box Area, PixelRegion Seen)
{
    /// <summary>Bytes of its cells.</summary>
    public long Length => (long)Width * Height;
}

/// <summary>
/// The activation maps of a trial as one file, numbers little endian: magic <c>VCXRMAPS</c>; the cells of each map with nothing between; the index, a JSON array
/// of <see cref="ActivationMapEntry"/> in the same order; 16 bytes of tail: length of the index (u32), version (u32), magic. The index comes last so that a file is
/// written in one pass. Equal maps give equal bytes.
/// </summary>
internal static class ActivationMapFile
{
    public const int HeadBytes = 8;
    public const int TailBytes = 16;

    private const uint Version = 1;

    /// <summary>More than the largest grid that any network input gives.</summary>
    private const int MaxSide = 4096;

    public static ReadOnlySpan<byte> Magic => "VCXRMAPS"u8;

    public static byte[] Index(IReadOnlyList<ActivationMapEntry> entries) => JsonSerializer.SerializeToUtf8Bytes(entries, DataJson.Options);

    public static byte[] Tail(int indexLength)
    {
        byte[] tail = new byte[TailBytes];
        BinaryPrimitives.WriteInt32LittleEndian(tail, indexLength);
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(4), Version);
        Magic.CopyTo(tail.AsSpan(8));
        return tail;
    }

    /// <param name="head">Its first <see cref="HeadBytes"/>.</param>
    /// <param name="tail">Its last <see cref="TailBytes"/>.</param>
    /// <param name="name">For messages.</param>
    /// <returns>Bytes of the index, which ends where the tail begins.</returns>
    /// <exception cref="StoreException">It is no file of maps, of another version, or cut short.</exception>
    public static int IndexLength(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long fileLength, string name)
    {
        if (!head.SequenceEqual(Magic))
        {
            throw new StoreException($"{name} holds no activation maps");
        }

        if (tail.Length < TailBytes || !tail.EndsWith(Magic))
        {
            throw Damaged(name);
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        if (version != Version)
        {
            throw new StoreException($"{name} holds activation maps of format {version}, this build reads {Version}");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        return length >= 0 && HeadBytes + (long)length + TailBytes <= fileLength ? length : throw Damaged(name);
    }

    /// <exception cref="StoreException">The index is damaged, or does not account for every byte of the file.</exception>
    public static ActivationMapEntry[] ReadIndex(ReadOnlySpan<byte> index, long fileLength, string name)
    {
        ActivationMapEntry[]? entries = null;
        try
        {
            entries = JsonSerializer.Deserialize<ActivationMapEntry[]>(index, DataJson.Options);
        }
        catch (JsonException)
        {
            // Said below.
        }

        // Of null entries, too, the pattern makes damage.
        bool isSound = entries is not null
            && Array.TrueForAll(entries, e => e is { ImageId: not null, Width: > 0 and <= MaxSide, Height: > 0 and <= MaxSide, Peak: >= 0 and <= 1 })
            && HeadBytes + entries.Sum(e => e.Length) + index.Length + TailBytes == fileLength
            && entries.DistinctBy(e => e.ImageId, StringComparer.Ordinal).Count() == entries.Length;
        return isSound ? entries! : throw Damaged(name);
    }

    private static StoreException Damaged(string name) => new($"{name} holds activation maps that are damaged or cut short");
}
