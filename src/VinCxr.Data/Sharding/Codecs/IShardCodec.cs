using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding.Codecs;

/// <summary>How one plane is stored inside a shard. Equal planes give equal bytes; implementations are thread-safe.</summary>
internal interface IShardCodec
{
    byte[] Encode(Plane plane);

    /// <summary>Fills <paramref name="pixels"/>, whose length is Width * Height * Bits / 8.</summary>
    /// <returns>False when the bytes are not what <see cref="Encode"/> gives for such a plane.</returns>
    bool TryDecode(ReadOnlySpan<byte> stored, int width, int height, int bits, Span<byte> pixels);
}
