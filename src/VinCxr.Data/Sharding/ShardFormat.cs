using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding;

/// <param name="Offset">First byte of the plane in the file, a multiple of <see cref="ShardFormat.Alignment"/>.</param>
/// <param name="Sha256">Lower-case hex sha256 of the plane's bytes.</param>
internal sealed record ShardEntry(
    string ImageId, int Width, int Height, int Bits, int OriginalWidth, int OriginalHeight, long Offset, long Length, string Sha256)
{
    /// <summary>The part of the DICOM image that the plane shows; null for all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PixelRegion? Region { get; init; }
}

/// <summary>
/// A shard file, all numbers little endian:
/// <list type="bullet">
/// <item>64 bytes of head: magic <c>VCXRSHRD</c>, version (u32), zeros;</item>
/// <item>raw planes, row-major, each starting at a multiple of 64 bytes;</item>
/// <item>the index, a JSON array of <see cref="ShardEntry"/>;</item>
/// <item>64 bytes of tail: offset and length of the index (u64 each), its sha256 (32 bytes), version (u32), zeros (4), magic.</item>
/// </list>
/// The index comes last so that a shard is written in one pass. Nothing in it depends on who wrote it or when.
/// </summary>
internal static class ShardFormat
{
    public const int Alignment = 64;
    public const int HeadBytes = 64;
    public const int TailBytes = 64;
    public const uint Version = 1;

    public static ReadOnlySpan<byte> Magic => "VCXRSHRD"u8;

    public static byte[] Head()
    {
        byte[] head = new byte[HeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), Version);
        return head;
    }

    public static byte[] Index(IReadOnlyList<ShardEntry> entries) => JsonSerializer.SerializeToUtf8Bytes(entries, DataJson.Options);

    public static byte[] Tail(long indexOffset, ReadOnlySpan<byte> index)
    {
        byte[] tail = new byte[TailBytes];
        BinaryPrimitives.WriteInt64LittleEndian(tail, indexOffset);
        BinaryPrimitives.WriteInt64LittleEndian(tail.AsSpan(8), index.Length);
        SHA256.HashData(index, tail.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(48), Version);
        Magic.CopyTo(tail.AsSpan(56));
        return tail;
    }

    /// <returns>What is wrong with the file, or null and its entries.</returns>
    public static string? TryReadIndex(
        ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long fileLength, Func<long, int, byte[]> read, out ShardEntry[] entries)
    {
        entries = [];
        if (!head.StartsWith(Magic) || !tail.EndsWith(Magic))
        {
            return head.StartsWith(Magic) ? "it is cut short" : "it is not a prepared shard";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(tail[48..]);
        if (version != Version)
        {
            return $"it has shard format {version}, this build reads {Version}";
        }

        long offset = BinaryPrimitives.ReadInt64LittleEndian(tail), length = BinaryPrimitives.ReadInt64LittleEndian(tail[8..]);
        if (offset < HeadBytes || length is < 0 or > int.MaxValue || offset != fileLength - TailBytes - length)
        {
            return "its index is damaged";
        }

        byte[] index = read(offset, (int)length);
        if (!SHA256.HashData(index).AsSpan().SequenceEqual(tail.Slice(16, SHA256.HashSizeInBytes)))
        {
            return "its index is damaged";
        }

        entries = JsonSerializer.Deserialize<ShardEntry[]>(index, DataJson.Options)!;
        return Array.TrueForAll(entries, e => e.Offset >= HeadBytes && e.Length >= 0 && e.Length <= int.MaxValue && e.Offset <= offset - e.Length)
            ? null
            : "its index points outside the file";
    }
}
