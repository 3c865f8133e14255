using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>Compressed pixel data in fragments (PS3.5 annex A.4): gathers the fragments of each frame and decompresses them one by one.</summary>
internal sealed class EncapsulatedDecoder(IFrameCodec codec) : IPixelDecoder
{
    public byte[] Decode(DicomElement pixelData, PixelLayout layout)
    {
        if (layout.BitsAllocated is not (8 or 16))
        {
            throw new DicomException($"BitsAllocated is {layout.BitsAllocated}; compressed pixel data has 8 or 16");
        }

        if (pixelData.DeclaredLength is not null)
        {
            throw new DicomException("the pixel data is not encapsulated although the transfer syntax is compressed");
        }

        List<ReadOnlyMemory<byte>> frames = FramesOf(pixelData, layout.Frames);
        foreach (ReadOnlyMemory<byte> frame in frames)
        {
            if (layout.FrameBytes > codec.LargestFrame(frame.Length))
            {
                throw new DicomException(
                    $"the pixel data is truncated: {frame.Length} compressed bytes cannot hold {layout.Columns}x{layout.Rows} pixels ({layout.FrameBytes} bytes)");
            }
        }

        // What a codec takes on trust for one frame, it must not take for thousands.
        int compressed = frames.Sum(frame => frame.Length);
        if (layout.TotalBytes > codec.LargestFrame(compressed))
        {
            throw new DicomException(
                $"the pixel data is truncated: {compressed} compressed bytes cannot hold {layout.Frames} frames of {layout.Columns}x{layout.Rows} pixels ({layout.TotalBytes} bytes)");
        }

        var pixels = new byte[layout.TotalBytes];
        for (int i = 0; i < frames.Count; i++)
        {
            codec.Decode(frames[i], layout, pixels.AsSpan((int)(i * layout.FrameBytes), (int)layout.FrameBytes));
        }

        return pixels;
    }

    private List<ReadOnlyMemory<byte>> FramesOf(DicomElement pixelData, int frames)
    {
        List<Fragment> fragments = Fragments(pixelData, out List<uint> offsets);
        List<List<Fragment>> groups =
            frames == 1 ? [fragments]
            : fragments.Count == frames ? fragments.ConvertAll(fragment => new List<Fragment> { fragment })
            : offsets.Count == frames ? Group(fragments, fragment => offsets.BinarySearch(fragment.Offset) >= 0)
            : Group(fragments, fragment => codec.StartsFrame(fragment.Bytes.Span) ?? true);
        return groups.Count == frames && fragments.Count > 0
            ? groups.ConvertAll(Join)
            : throw new DicomException(
                $"NumberOfFrames is {frames}, but the pixel data holds {(fragments.Count == 0 ? 0 : groups.Count)} frames in {fragments.Count} fragments");
    }

    private static List<Fragment> Fragments(DicomElement pixelData, out List<uint> offsets)
    {
        var fragments = new List<Fragment>();
        offsets = [];
        bool isTable = true;
        uint offset = 0;
        foreach (ReadOnlyMemory<byte> item in new ElementReader(pixelData.Value, pixelData.Encoding).Items(pixelData.Tag))
        {
            if (isTable)
            {
                isTable = false;
                for (int at = 0; at + 4 <= item.Length; at += 4)
                {
                    offsets.Add(pixelData.Encoding.U32(item.Span[at..]));
                }

                continue;
            }

            fragments.Add(new Fragment(offset, item));
            offset += (uint)item.Length + 8;
        }

        return fragments;
    }

    private static List<List<Fragment>> Group(List<Fragment> fragments, Predicate<Fragment> opens)
    {
        var groups = new List<List<Fragment>>();
        foreach (Fragment fragment in fragments)
        {
            if (groups.Count == 0 || opens(fragment))
            {
                groups.Add([]);
            }

            groups[^1].Add(fragment);
        }

        return groups;
    }

    private static ReadOnlyMemory<byte> Join(List<Fragment> fragments)
    {
        if (fragments.Count == 1)
        {
            return fragments[0].Bytes;
        }

        using var joined = new MemoryStream(fragments.Sum(fragment => fragment.Bytes.Length));
        fragments.ForEach(fragment => joined.Write(fragment.Bytes.Span));
        return joined.ToArray();
    }

    /// <param name="Offset">Bytes from the first item after the offset table to this item's tag.</param>
    private sealed record Fragment(uint Offset, ReadOnlyMemory<byte> Bytes);
}
