using System.Buffers;
using Microsoft.Win32.SafeHandles;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging.Reduction;

namespace VinCxr.Data.Imaging;

/// <summary>
/// DICOM files to prepared planes: the pixels that <see cref="DicomReader"/> and <see cref="ImagePreparation"/> give. Uncompressed grey images are
/// not copied: where display and transform allow it, rows are reduced as they are read, else the level table looks at them in a pooled buffer.
/// </summary>
public static class PlaneSource
{
    /// <summary>Read at once: rows are reduced while they lie in the second-level cache.</summary>
    private const int ChunkBytes = 256 << 10;

    /// <summary>Holds the tags of nearly every radiograph; files with more are read whole.</summary>
    private const int HeaderBytes = 64 << 10;

    /// <exception cref="DicomException">It cannot be read or prepared.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidInputException">A spec that <see cref="ImagePreparation"/> refuses.</exception>
    public static Plane FromFile(string path, PreprocessSpec spec)
    {
        ImagePreparation.Check(spec);
        using SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        return Stream(file, length, spec) ?? FromWhole(file, length, spec);
    }

    /// <param name="reader">Of all files but uncompressed grey ones; null for <see cref="DicomReader"/>.</param>
    /// <exception cref="DicomException">It cannot be read or prepared.</exception>
    /// <exception cref="InvalidInputException">A spec that <see cref="ImagePreparation"/> refuses.</exception>
    public static Plane FromBytes(ReadOnlyMemory<byte> file, PreprocessSpec spec, IDicomReader? reader = null)
    {
        ImagePreparation.Check(spec);
        return NativeFrame.Find(file, file.Length) is { Format.BigEndian: false } frame
            ? ImagePreparation.Prepare(frame.Header, file.Slice(frame.Offset, frame.Length), frame.Format, spec)
            : ImagePreparation.Prepare((reader ?? DicomReaders.Default).Read(file), spec);
    }

    /// <returns>Null where the file has to be seen as a whole.</returns>
    private static Plane? Stream(SafeFileHandle file, long length, PreprocessSpec spec)
    {
        byte[] start = ArrayPool<byte>.Shared.Rent(HeaderBytes);
        try
        {
            int read = ReadFully(file, start.AsSpan(0, (int)Math.Min(length, HeaderBytes)), 0);
            if (NativeFrame.Find(start.AsMemory(0, read), length) is not { } frame)
            {
                return null;
            }

            using LinearReduction? reduction = LinearReduction.Of(frame.Header, spec, frame.Format);
            if (reduction is null)
            {
                return null;
            }

            Feed(file, frame, reduction);
            return reduction.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(start);
        }
    }

    private static void Feed(SafeFileHandle file, NativeFrame frame, LinearReduction reduction)
    {
        int wholeRows = Math.Max(1, ChunkBytes / frame.RowBytes) * frame.RowBytes;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(wholeRows);
        try
        {
            for (int done = 0; done < frame.Length; done += wholeRows)
            {
                Span<byte> rows = chunk.AsSpan(0, Math.Min(wholeRows, frame.Length - done));
                if (ReadFully(file, rows, (long)frame.Offset + done) < rows.Length)
                {
                    throw new IOException("the file became shorter while it was read");
                }

                reduction.Add(rows);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static Plane FromWhole(SafeFileHandle file, long length, PreprocessSpec spec)
    {
        if (length > Array.MaxLength)
        {
            throw new DicomException($"the file has {length} bytes; {Array.MaxLength} are supported");
        }

        byte[] whole = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            int read = ReadFully(file, whole.AsSpan(0, (int)length), 0);
            return FromBytes(whole.AsMemory(0, read), spec);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        int total = 0;
        for (int read; total < buffer.Length && (read = RandomAccess.Read(file, buffer[total..], offset + total)) > 0;)
        {
            total += read;
        }

        return total;
    }
}
