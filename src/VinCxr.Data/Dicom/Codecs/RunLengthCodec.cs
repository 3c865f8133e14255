using System.Buffers.Binary;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>RLE Lossless, PS3.5 annex G: one PackBits segment for each byte of each sample, most significant byte first.</summary>
internal sealed class RunLengthCodec : IFrameCodec
{
    private const int HeaderLength = 64;
    private const int MostSegments = 15;

    /// <summary>Two bytes repeat one byte at most 128 times.</summary>
    public long LargestFrame(int compressedLength) => 64L * compressedLength;

    public bool? StartsFrame(ReadOnlySpan<byte> fragment) => null;

    public void Decode(ReadOnlyMemory<byte> compressed, PixelLayout layout, Span<byte> pixels)
    {
        ReadOnlySpan<byte> frame = compressed.Span;
        if (frame.Length < HeaderLength)
        {
            throw new DicomException($"the RLE frame is truncated: {frame.Length} bytes, its header needs {HeaderLength}");
        }

        int segments = layout.Samples * layout.SampleBytes;
        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        if (stated != segments || stated > MostSegments)
        {
            throw new DicomException($"the RLE frame has {stated} segments; {layout.Samples} samples of {layout.BitsAllocated} bits need {segments}");
        }

        for (int segment = 0; segment < segments; segment++)
        {
            long start = Offset(frame, segment), end = segment + 1 < segments ? Offset(frame, segment + 1) : frame.Length;
            if (start < HeaderLength || end < start || end > frame.Length)
            {
                throw new DicomException($"RLE segment {segment + 1} lies at bytes {start} to {end} of a frame of {frame.Length} bytes");
            }

            int sample = segment / layout.SampleBytes, byteInSample = layout.SampleBytes - 1 - (segment % layout.SampleBytes);
            Unpack(frame[(int)start..(int)end], pixels[((sample * layout.SampleBytes) + byteInSample)..], segments, layout.Rows * layout.Columns, segment);
        }
    }

    private static long Offset(ReadOnlySpan<byte> frame, int segment) => BinaryPrimitives.ReadUInt32LittleEndian(frame[(4 + (4 * segment))..]);

    /// <summary>PackBits into every <paramref name="stride"/>-th byte.</summary>
    private static void Unpack(ReadOnlySpan<byte> packed, Span<byte> pixels, int stride, int count, int segment)
    {
        int at = 0, written = 0;
        while (written < count)
        {
            if (at + 1 >= packed.Length)
            {
                throw new DicomException($"RLE segment {segment + 1} is truncated: expected {count} bytes, found {written}");
            }

            int control = (sbyte)packed[at++];
            if (control >= 0)
            {
                int run = Math.Min(Math.Min(control + 1, count - written), packed.Length - at);
                for (int i = 0; i < run; i++)
                {
                    pixels[(written + i) * stride] = packed[at + i];
                }

                at += control + 1;
                written += run;
            }
            else if (control != sbyte.MinValue)
            {
                int run = Math.Min(1 - control, count - written);
                byte value = packed[at++];
                for (int i = 0; i < run; i++)
                {
                    pixels[(written + i) * stride] = value;
                }

                written += run;
            }
        }
    }
}
