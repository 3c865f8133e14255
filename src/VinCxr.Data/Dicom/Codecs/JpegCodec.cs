using System.Buffers.Binary;
using JpegLibrary;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>JPEG with Huffman coding (ITU-T T.81): baseline (process 1), extended (2 and 4) and lossless (14, any predictor).</summary>
internal sealed class JpegCodec : IFrameCodec
{
    private const int SmallestStream = 20;

    /// <summary>An 8x8 block of 12-bit samples takes at least two code words of one bit; lossless samples take one bit each.</summary>
    public long LargestFrame(int compressedLength) => 512L * compressedLength;

    public bool? StartsFrame(ReadOnlySpan<byte> fragment) => fragment.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    public void Decode(ReadOnlyMemory<byte> compressed, PixelLayout layout, Span<byte> pixels)
    {
        if (compressed.Length < SmallestStream)
        {
            throw new DicomException($"the JPEG frame is truncated: {compressed.Length} bytes");
        }

        HuffmanTables.Check(compressed.Span);
        var samples = new ushort[layout.SamplesPerFrame];
        try
        {
            var decoder = new JpegDecoder();
            decoder.SetInput(compressed);
            decoder.Identify();
            Check(decoder, layout);
            decoder.SetOutputWriter(new SampleWriter(samples, layout, decoder.Precision));
            decoder.Decode();
        }
        catch (Exception e) when (e is not (DicomException or OutOfMemoryException))
        {
            // The decoder meets damaged streams with whatever exception the damage leads to.
            throw new DicomException($"the JPEG frame is damaged: {Parsing.DicomText.Clean(e.Message)}", e);
        }

        Store(samples, layout, pixels);
    }

    private static void Check(JpegDecoder decoder, PixelLayout layout)
    {
        if (decoder.Width != layout.Columns || decoder.Height != layout.Rows || decoder.NumberOfComponents != layout.Samples)
        {
            throw new DicomException(
                $"the JPEG frame is {decoder.Width}x{decoder.Height} with {decoder.NumberOfComponents} samples; the tags say {layout.Columns}x{layout.Rows} with {layout.Samples}");
        }

        if (decoder.Precision > layout.BitsAllocated)
        {
            throw new DicomException($"the JPEG frame has {decoder.Precision} bits; the tags allocate {layout.BitsAllocated}");
        }
    }

    private static void Store(ushort[] samples, PixelLayout layout, Span<byte> pixels)
    {
        if (layout.SampleBytes == 1)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                pixels[i] = (byte)samples[i];
            }

            return;
        }

        // JPEG knows no sign: the stored bits of a negative value come out as a large one, without the sign in the upper bits.
        int spare = layout.Signed ? 16 - layout.BitsStored : 0;
        for (int i = 0; i < samples.Length; i++)
        {
            short value = (short)((short)(samples[i] << spare) >> spare);
            BinaryPrimitives.WriteInt16LittleEndian(pixels[(2 * i)..], value);
        }
    }

    /// <summary>Receives 8x8 blocks, which may hang over the right and lower edge.</summary>
    private sealed class SampleWriter(ushort[] samples, PixelLayout layout, int precision) : JpegBlockOutputWriter
    {
        private const int BlockSize = 8;

        public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            ReadOnlySpan<short> block = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref blockRef, BlockSize * BlockSize);
            int width = Math.Min(BlockSize, layout.Columns - x), height = Math.Min(BlockSize, layout.Rows - y);
            int highest = (1 << precision) - 1;
            for (int row = 0; row < height; row++)
            {
                int at = ((((y + row) * layout.Columns) + x) * layout.Samples) + componentIndex;
                for (int column = 0; column < width; column++)
                {
                    short value = block[(row * BlockSize) + column];
                    samples[at] = precision == 16 ? (ushort)value : (ushort)Math.Clamp((int)value, 0, highest);
                    at += layout.Samples;
                }
            }
        }
    }
}
