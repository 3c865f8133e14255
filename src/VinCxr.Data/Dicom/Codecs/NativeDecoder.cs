using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>Uncompressed pixel data (PS3.5 section 8.1.1 and annex D): 8 and 16 bits, 1 and 12 bits packed, planes of colour interleaved.</summary>
internal sealed class NativeDecoder : IPixelDecoder
{
    public byte[] Decode(DicomElement pixelData, PixelLayout layout)
    {
        if (layout.Photometric.Contains("_42", StringComparison.Ordinal))
        {
            throw new DicomException($"uncompressed {layout.Photometric} (subsampled colour) is not supported");
        }

        if (pixelData.DeclaredLength is null)
        {
            throw new DicomException("the pixel data is encapsulated although the transfer syntax is uncompressed");
        }

        long expected = ((layout.SamplesPerFrame * layout.Frames * layout.BitsAllocated) + 7) / 8;
        ReadOnlySpan<byte> stored = pixelData.Value.Span;
        if (stored.Length < expected)
        {
            throw new DicomException($"the pixel data is truncated: expected {expected} bytes, found {stored.Length}");
        }

        bool swap = pixelData.Encoding.BigEndian && (layout.BitsAllocated > 8 || pixelData.Vr == "OW");
        byte[] pixels = layout.BitsAllocated is 8 or 16
            ? Copy(stored, (int)expected, swap)
            : Unpack(stored, layout, swap);
        return layout.Planar ? Interleave(pixels, layout) : pixels;
    }

    private static byte[] Copy(ReadOnlySpan<byte> stored, int length, bool swap)
    {
        if (!swap)
        {
            return stored[..length].ToArray();
        }

        // An odd number of 8-bit samples in 16-bit words: the last sample lies in the high half of a word whose low half is padding.
        byte[] words = stored[..Math.Min(stored.Length & ~1, (length + 1) & ~1)].ToArray();
        Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(words.AsSpan());
        BinaryPrimitives.ReverseEndianness(values, values);
        return words.Length == length ? words : words.Length > length ? words[..length] : throw new DicomException(
            $"the pixel data is truncated: expected {length + 1} bytes, found {stored.Length}");
    }

    /// <summary>Samples that follow each other bit by bit, lowest bit first (PS3.5 section 8.1.1).</summary>
    private static byte[] Unpack(ReadOnlySpan<byte> stored, PixelLayout layout, bool swap)
    {
        int bits = layout.BitsAllocated, flip = swap ? 1 : 0;
        long mask = (1L << bits) - 1;
        var pixels = new byte[layout.TotalBytes];
        long window = 0;
        int held = 0, at = 0;
        for (int i = 0; i < pixels.Length; i += layout.SampleBytes)
        {
            while (held < bits)
            {
                int from = at ^ flip;
                window |= (long)stored[from < stored.Length ? from : at] << held;
                at++;
                held += 8;
            }

            long sample = window & mask;
            window >>= bits;
            held -= bits;
            pixels[i] = (byte)sample;
            if (layout.SampleBytes == 2)
            {
                pixels[i + 1] = (byte)(sample >> 8);
            }
        }

        return pixels;
    }

    private static byte[] Interleave(byte[] planes, PixelLayout layout)
    {
        var pixels = new byte[planes.Length];
        int plane = layout.Rows * layout.Columns, width = layout.SampleBytes, samples = layout.Samples;
        for (int frame = 0; frame < layout.Frames; frame++)
        {
            int start = (int)(frame * layout.FrameBytes);
            for (int sample = 0; sample < samples; sample++)
            {
                for (int i = 0; i < plane; i++)
                {
                    int from = start + (((sample * plane) + i) * width), to = start + (((i * samples) + sample) * width);
                    planes.AsSpan(from, width).CopyTo(pixels.AsSpan(to, width));
                }
            }
        }

        return pixels;
    }
}
