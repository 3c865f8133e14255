using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding;

/// <param name="Offset">First byte of the plane in the file, a multiple of <see cref="ShardFormat.Alignment"/>.</param>
/// <param name="Length">Stored bytes.</param>
/// <param name="Sha256">Lower-case hex sha256 of the stored bytes.</param>
internal sealed record ShardEntry(
    string ImageId, int Width, int Height, int Bits, int OriginalWidth, int OriginalHeight, long Offset, long Length, string Sha256)
{
    /// <summary>The part of the DICOM image that the plane shows; null for all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PixelRegion? Region { get; init; }

    /// <summary>How the plane is stored, a name of <see cref="PlaneCodecs"/>; null for raw.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Codec { get; init; }

    /// <summary>Bytes of the decoded plane.</summary>
    [JsonIgnore]
    public long PixelBytes => (long)Width * Height * (Bits / 8);
}

/// <summary>
/// A shard file, all numbers little endian:
/// <list type="bullet">
/// <item>64 bytes of head: magic <c>VCXRSHRD</c>, version (u32), zeros;</item>
/// <item>planes, row-major, raw or as their codec stores them, each starting at a multiple of 64 bytes;</item>
/// <item>the index, a JSON array of <see cref="ShardEntry"/>;</item>
/// <item>64 bytes of tail: offset and length of the index (u64 each), its sha256 (32 bytes), version (u32), zeros (4), magic.</item>
/// </list>
/// The index comes last so that a shard is written in one pass. Nothing in it depends on who wrote it or when.
/// Version 1 holds raw planes only; version 2 adds codecs. A shard is written in the lowest version that can hold it, so that raw shards keep their
/// bytes, and with them their names, over releases.
/// </summary>
internal static class ShardFormat
{
    public const int Alignment = 64;
    public const int HeadBytes = 64;
    public const int TailBytes = 64;
    public const uint RawVersion = 1;

    /// <summary>The newest version.</summary>
    public const uint Version = 2;

    public static ReadOnlySpan<byte> Magic => "VCXRSHRD"u8;

    public static byte[] Head(uint version)
    {
        byte[] head = new byte[HeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), version);
        return head;
    }

    public static byte[] Index(IReadOnlyList<ShardEntry> entries) => JsonSerializer.SerializeToUtf8Bytes(entries, DataJson.Options);

    public static byte[] Tail(long indexOffset, ReadOnlySpan<byte> index, uint version)
    {
        byte[] tail = new byte[TailBytes];
        BinaryPrimitives.WriteInt64LittleEndian(tail, indexOffset);
        BinaryPrimitives.WriteInt64LittleEndian(tail.AsSpan(8), index.Length);
        SHA256.HashData(index, tail.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(48), version);
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
        if (version is < RawVersion or > Version)
        {
            return $"it has shard format {version}, this build reads up to {Version}";
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
        if (!Array.TrueForAll(entries, e => e.Offset >= HeadBytes && e.Length >= 0 && e.Length <= int.MaxValue && e.Offset <= offset - e.Length))
        {
            return "its index points outside the file";
        }

        return Array.Find(entries, e => e.PixelBytes is <= 0 or > int.MaxValue || (e.Codec is null && e.Length != e.PixelBytes)) is { } odd
            ? $"its index gives image '{odd.ImageId}' {odd.Width} x {odd.Height} pixels of {odd.Bits} bits in {odd.Length} bytes"
            : null;
    }
}
