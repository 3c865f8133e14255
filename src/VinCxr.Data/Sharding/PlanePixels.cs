using System.Buffers;

namespace VinCxr.Data.Sharding;

/// <summary>
/// Pixels of one image, to be disposed after use. A raw plane is a view of mapped memory, valid while its reader lives; a decoded one lies in a
/// pooled buffer that goes back on dispose, so nothing may look at <see cref="Span"/> afterwards.
/// </summary>
public readonly ref struct PlanePixels
{
    private readonly byte[]? _pooled;

    public PlanePixels(ReadOnlySpan<byte> pixels) => Span = pixels;

    internal PlanePixels(byte[] pooled, int length)
    {
        _pooled = pooled;
        Span = pooled.AsSpan(0, length);
    }

    /// <summary>Row-major, Width * Height * Bits / 8 bytes, 16 bits little endian.</summary>
    public ReadOnlySpan<byte> Span { get; }

    public int Length => Span.Length;

    public byte[] ToArray() => Span.ToArray();

    public void Dispose()
    {
        if (_pooled is not null)
        {
            ArrayPool<byte>.Shared.Return(_pooled);
        }
    }
}
