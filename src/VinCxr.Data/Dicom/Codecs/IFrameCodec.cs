namespace VinCxr.Data.Dicom.Codecs;

/// <summary>Decompresses one frame of encapsulated pixel data.</summary>
internal interface IFrameCodec
{
    /// <summary>Most bytes that compressed bytes of this length, one frame or all of them, can truly hold; a header that claims more is refused unread.</summary>
    long LargestFrame(int compressedLength);

    /// <summary>True when the bytes open a new frame; null when the encoding has no start marker.</summary>
    bool? StartsFrame(ReadOnlySpan<byte> fragment);

    /// <param name="pixels">Exactly <see cref="PixelLayout.FrameBytes"/> zero bytes to fill, samples interleaved.</param>
    /// <exception cref="DicomException">Damaged, truncated or at odds with the layout.</exception>
    void Decode(ReadOnlyMemory<byte> compressed, PixelLayout layout, Span<byte> pixels);
}
