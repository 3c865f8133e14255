using VinCxr.Data.Imaging;
using ZstdSharp;

namespace VinCxr.Data.Sharding.Codecs;

/// <summary>Zstandard at level 3. 16-bit planes are split into their low and high bytes first, which are smoother than pairs of them.</summary>
internal sealed class ZstdShardCodec : IShardCodec
{
    private const int Level = 3;

    public byte[] Encode(Plane plane)
    {
        using var compressor = new Compressor(Level);
        return compressor.Wrap(plane.Bits == 8 ? plane.Bytes : Split(plane.Bytes)).ToArray();
    }

    public bool TryDecode(ReadOnlySpan<byte> stored, int width, int height, int bits, Span<byte> pixels)
    {
        try
        {
            using var decompressor = new Decompressor();
            if (bits == 8)
            {
                return decompressor.Unwrap(stored, pixels) == pixels.Length;
            }

            byte[] split = new byte[pixels.Length];
            if (decompressor.Unwrap(stored, split) != split.Length)
            {
                return false;
            }

            Join(split, pixels);
            return true;
        }
        catch (ZstdException)
        {
            return false;
        }
    }

    private static byte[] Split(byte[] pixels)
    {
        byte[] split = new byte[pixels.Length];
        int half = pixels.Length / 2;
        for (int i = 0; i < half; i++)
        {
            split[i] = pixels[2 * i];
            split[half + i] = pixels[(2 * i) + 1];
        }

        return split;
    }

    private static void Join(ReadOnlySpan<byte> split, Span<byte> pixels)
    {
        int half = split.Length / 2;
        for (int i = 0; i < half; i++)
        {
            pixels[2 * i] = split[i];
            pixels[(2 * i) + 1] = split[half + i];
        }
    }
}
