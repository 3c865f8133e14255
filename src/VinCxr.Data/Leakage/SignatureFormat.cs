using System.Buffers.Binary;

namespace VinCxr.Data.Leakage;

/// <summary>
/// Signatures as bytes, little endian: magic <c>VCXRSIGN</c>, count (4 bytes), then for each image of the manifest, in its order, pHash (8),
/// dHash (8) and the thumbnail. The ids are the manifest's.
/// </summary>
internal static class SignatureFormat
{
    private const int HeadBytes = 12;
    private const int EntryBytes = 16 + (ImageSignature.ThumbnailSize * ImageSignature.ThumbnailSize);

    private static ReadOnlySpan<byte> Magic => "VCXRSIGN"u8;

    public static byte[] Write(IReadOnlyList<ImageSignature> signatures)
    {
        var bytes = new byte[HeadBytes + (signatures.Count * EntryBytes)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), signatures.Count);
        for (int i = 0; i < signatures.Count; i++)
        {
            Span<byte> entry = bytes.AsSpan(HeadBytes + (i * EntryBytes), EntryBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, signatures[i].DctHash);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], signatures[i].DifferenceHash);
            signatures[i].Thumbnail.CopyTo(entry[16..]);
        }

        return bytes;
    }

    /// <returns>Null when the bytes are not signatures of these images.</returns>
    public static IReadOnlyList<ImageSignature>? Read(ReadOnlySpan<byte> bytes, IReadOnlyList<string> imageIds)
    {
        if (bytes.Length != HeadBytes + ((long)imageIds.Count * EntryBytes)
            || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != imageIds.Count)
        {
            return null;
        }

        var signatures = new ImageSignature[imageIds.Count];
        for (int i = 0; i < signatures.Length; i++)
        {
            ReadOnlySpan<byte> entry = bytes.Slice(HeadBytes + (i * EntryBytes), EntryBytes);
            signatures[i] = new(
                imageIds[i], BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]), entry[16..].ToArray());
        }

        return signatures;
    }
}
