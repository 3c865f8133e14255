using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>How the samples of a row lie in memory.</summary>
/// <param name="SampleBytes">1 or 2.</param>
internal readonly record struct StoredRowFormat(int SampleBytes, bool BigEndian)
{
    public static readonly StoredRowFormat Bytes = new(1, BigEndian: false);
    public static readonly StoredRowFormat LittleWords = new(2, BigEndian: false);
    public static readonly StoredRowFormat BigWords = new(2, BigEndian: true);

    /// <summary>Of the bytes of a <see cref="DicomImage"/>.</summary>
    public static StoredRowFormat OfDecoded(DicomHeader header) => header.BitsAllocated <= 8 ? Bytes : LittleWords;

    /// <summary>The samples as words: where they lie when they are words already, else in <paramref name="line"/>.</summary>
    public ReadOnlySpan<ushort> Unpack(ReadOnlySpan<byte> stored, Span<ushort> line)
    {
        if (SampleBytes == 1)
        {
            line = line[..stored.Length];
            Widen(stored, line);
            return line;
        }

        ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(stored);
        if (BigEndian == BitConverter.IsLittleEndian)
        {
            line = line[..words.Length];
            BinaryPrimitives.ReverseEndianness(words, line);
            return line;
        }

        return words;
    }

    public static void Widen(ReadOnlySpan<byte> bytes, Span<ushort> words)
    {
        int done = 0;
        for (; done + Vector<byte>.Count <= bytes.Length; done += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[done..]), out Vector<ushort> first, out Vector<ushort> second);
            first.CopyTo(words[done..]);
            second.CopyTo(words[(done + Vector<ushort>.Count)..]);
        }

        for (; done < bytes.Length; done++)
        {
            words[done] = bytes[done];
        }
    }
}
