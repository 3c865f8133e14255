using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>JPEG 2000 part 1 (ITU-T T.800), reversible and irreversible, as a raw codestream or wrapped as JP2.</summary>
internal sealed class Jpeg2000Codec : IFrameCodec
{
    /// <summary>An empty image compresses without limit; this much is read on trust, more needs a plausible stream.</summary>
    private const long Trusted = 64L << 20;

    private const int PlausibleRatio = 1000;
    private const int SizMarkerOffset = 2;
    private const int ComponentsOffset = 42;
    private const byte SignBit = 0x80;

    private static ReadOnlySpan<byte> CodestreamStart => [0xFF, 0x4F, 0xFF, 0x51];

    private static ReadOnlySpan<byte> Jp2Start => [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' '];

    public long LargestFrame(int compressedLength) => Math.Max(Trusted, (long)PlausibleRatio * compressedLength);

    public bool? StartsFrame(ReadOnlySpan<byte> fragment) => fragment.StartsWith(CodestreamStart) || fragment.StartsWith(Jp2Start);

    public void Decode(ReadOnlyMemory<byte> compressed, PixelLayout layout, Span<byte> pixels)
    {
        // OpenCV cannot give signed samples. With the sign cleared in a copy of the header they come out raised by half their
        // range (T.800 annex G.1.1, DC level shift), which is taken off again.
        byte[] stream = Codestream(compressed.Span);
        (int precision, bool isSigned) = ReadSize(stream, layout);
        using Mat image = Uncompress(stream);
        if (image.Cols != layout.Columns || image.Rows != layout.Rows || image.Channels() != layout.Samples)
        {
            throw new DicomException(
                $"the JPEG 2000 frame decodes to {image.Cols}x{image.Rows} with {image.Channels()} samples; the tags say {layout.Columns}x{layout.Rows} with {layout.Samples}");
        }

        Store(image, layout, isSigned ? 1 << (precision - 1) : 0, pixels);
    }

    /// <summary>The codestream itself, copied out of its JP2 boxes when wrapped (T.800 annex I).</summary>
    private static byte[] Codestream(ReadOnlySpan<byte> frame)
    {
        int start = frame.StartsWith(CodestreamStart) ? 0 : frame.IndexOf(CodestreamStart);
        return start >= 0 && frame.Length - start > ComponentsOffset
            ? frame[start..].ToArray()
            : throw new DicomException($"the JPEG 2000 frame of {frame.Length} bytes holds no codestream");
    }

    /// <summary>Checks the SIZ segment (T.800 annex A.5.1) against the tags and clears its sign bits.</summary>
    private static (int Precision, bool Signed) ReadSize(Span<byte> stream, PixelLayout layout)
    {
        Span<byte> size = stream[SizMarkerOffset..];
        long width = (long)U32(size, 6) - U32(size, 14), height = (long)U32(size, 10) - U32(size, 18);
        int components = BinaryPrimitives.ReadUInt16BigEndian(size[38..]);
        if (width != layout.Columns || height != layout.Rows || components != layout.Samples)
        {
            throw new DicomException(
                $"the JPEG 2000 frame is {width}x{height} with {components} samples; the tags say {layout.Columns}x{layout.Rows} with {layout.Samples}");
        }

        if (size.Length < 40 + (3 * components))
        {
            throw new DicomException("the JPEG 2000 frame is truncated in its header");
        }

        byte first = size[40];
        for (int i = 0; i < components; i++)
        {
            Span<byte> component = size.Slice(40 + (3 * i), 3);
            if (component[0] != first || component[1] != 1 || component[2] != 1)
            {
                throw new DicomException("the JPEG 2000 frame has subsampled or unequal components, which are not supported");
            }

            component[0] &= SignBit - 1;
        }

        int precision = (first & (SignBit - 1)) + 1;
        return precision <= layout.BitsAllocated
            ? (precision, (first & SignBit) != 0)
            : throw new DicomException($"the JPEG 2000 frame has {precision} bits; the tags allocate {layout.BitsAllocated}");
    }

    private static Mat Uncompress(byte[] stream)
    {
        try
        {
            Mat image = Imaging.OpenCvCodec.Decode(stream);
            if (!image.Empty())
            {
                return image;
            }

            image.Dispose();
        }
        catch (Exception e) when (e is OpenCVException or OpenCvSharpException)
        {
            throw new DicomException($"the JPEG 2000 frame is damaged: {Parsing.DicomText.Clean(e.Message)}", e);
        }

        throw new DicomException("the JPEG 2000 frame is damaged or truncated");
    }

    private static void Store(Mat image, PixelLayout layout, int raised, Span<byte> pixels)
    {
        bool isWide = image.Depth() == MatType.CV_16U;
        if (!isWide && image.Depth() != MatType.CV_8U)
        {
            throw new DicomException($"the JPEG 2000 frame decodes to an unsupported sample type {image.Type()}");
        }

        int samples = layout.Samples, rowSamples = layout.Columns * samples;
        for (int y = 0; y < layout.Rows; y++)
        {
            ReadOnlySpan<byte> line;
            unsafe
            {
                line = new ReadOnlySpan<byte>(image.Ptr(y).ToPointer(), rowSamples * (isWide ? 2 : 1));
            }

            ReadOnlySpan<ushort> wide = isWide ? MemoryMarshal.Cast<byte, ushort>(line) : [];
            if (isWide && samples == 1 && layout.SampleBytes == 2)
            {
                StoreGrey(wide, (ushort)raised, MemoryMarshal.Cast<byte, ushort>(pixels.Slice(2 * y * rowSamples, 2 * rowSamples)));
                continue;
            }

            for (int i = 0; i < rowSamples; i++)
            {
                // OpenCV orders colours blue, green, red.
                int from = samples == 3 ? i + 2 - (2 * (i % 3)) : i;
                int value = (isWide ? wide[from] : line[from]) - raised;
                if (layout.SampleBytes == 1)
                {
                    pixels[(y * rowSamples) + i] = (byte)value;
                }
                else
                {
                    BinaryPrimitives.WriteInt16LittleEndian(pixels[(2 * ((y * rowSamples) + i))..], (short)value);
                }
            }
        }
    }

    /// <summary>The usual case, whole vectors at a time.</summary>
    private static void StoreGrey(ReadOnlySpan<ushort> line, ushort raised, Span<ushort> pixels)
    {
        int done = 0;
        for (; done + Vector<ushort>.Count <= line.Length; done += Vector<ushort>.Count)
        {
            (new Vector<ushort>(line[done..]) - new Vector<ushort>(raised)).CopyTo(pixels[done..]);
        }

        for (; done < line.Length; done++)
        {
            pixels[done] = (ushort)(line[done] - raised);
        }
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
