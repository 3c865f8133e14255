namespace VinCxr.Core.Sweeps;

/// <summary>Names of the codecs that <c>preprocess.codec</c> accepts; the sharding room implements exactly these.</summary>
public static class PlaneCodecs
{
    /// <summary>As they are, read without copying.</summary>
    public const string Raw = "raw";

    public const string Zstd = "zstd";

    public const string Png = "png";

    /// <summary>Lossy, 8 bits only.</summary>
    public const string Jpeg = "jpeg";

    public static IReadOnlyList<string> Names { get; } = [Raw, Zstd, Png, Jpeg];
}
