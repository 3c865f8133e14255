using OpenCvSharp;
using VinCxr.Core;
using VinCxr.Core.Sweeps;

namespace VinCxr.Data.Sharding.Codecs;

/// <summary>The codecs of <see cref="PlaneCodecs"/> by name.</summary>
internal static class ShardCodecs
{
    private static readonly ZstdShardCodec Zstd = new();
    private static readonly ImageShardCodec Png = new(".png");

    /// <returns>The writer's codec, or null for raw planes.</returns>
    /// <exception cref="InvalidInputException">Unknown codec, JPEG of 16 bits, or a quality out of range.</exception>
    public static IShardCodec? ForWriting(PreprocessSpec spec)
    {
        if (spec.Codec != PlaneCodecs.Jpeg)
        {
            return spec.Codec == PlaneCodecs.Raw ? null : ForReading(spec.Codec)
                ?? throw new InvalidInputException($"preprocess.codec is '{spec.Codec}'; {string.Join(", ", PlaneCodecs.Names)} are allowed");
        }

        if (spec.Bits != 8)
        {
            throw new InvalidInputException($"preprocess.codec 'jpeg' holds 8 bits per pixel but preprocess.bits is {spec.Bits}; use zstd or png");
        }

        return spec.Quality is >= 1 and <= 100
            ? new ImageShardCodec(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, spec.Quality))
            : throw new InvalidInputException($"preprocess.quality is {spec.Quality}; 1 to 100 are allowed");
    }

    /// <returns>The codec of a stored plane, or null for a name that this build does not know.</returns>
    public static IShardCodec? ForReading(string name) => name switch
    {
        PlaneCodecs.Zstd => Zstd,
        PlaneCodecs.Png or PlaneCodecs.Jpeg => Png,
        _ => null,
    };
}
