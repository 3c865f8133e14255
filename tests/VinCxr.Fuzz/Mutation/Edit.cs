using System.Buffers.Binary;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Copies of bytes with a stretch replaced, and the values that tempt a parser.</summary>
internal static class Edit
{
    public static readonly uint[] Tempting =
        [0, 1, 2, 3, 7, 8, 15, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <param name="length">Bytes taken out at <paramref name="at"/>; cut at the end.</param>
    public static byte[] Replace(byte[] file, int at, int length, ReadOnlySpan<byte> with)
    {
        at = Math.Min(at, file.Length);
        int end = Math.Min(file.Length, at + length);
        var edited = new byte[file.Length - (end - at) + with.Length];
        file.AsSpan(0, at).CopyTo(edited);
        with.CopyTo(edited.AsSpan(at));
        file.AsSpan(end).CopyTo(edited.AsSpan(at + with.Length));
        return edited;
    }

    /// <summary>Overwrites 1, 2 or 4 bytes in a copy; what hangs over the end is left out.</summary>
    public static byte[] Overwrite(byte[] file, int at, uint value, int width, bool bigEndian)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        word = word[..width];
        if (bigEndian)
        {
            word.Reverse();
        }

        byte[] edited = [.. file];
        word[..Math.Clamp(file.Length - at, 0, width)].CopyTo(edited.AsSpan(Math.Min(at, file.Length)));
        return edited;
    }
}
