using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding;

/// <param name="Index">0-based.</param>
/// <param name="ImageIds">About 256 images, in manifest order.</param>
public sealed record ShardPlan(int Index, IReadOnlyList<string> ImageIds);

/// <param name="BlobId">sha256 of the shard file.</param>
public sealed record PreparedShard(int Index, string BlobId, long Length, IReadOnlyList<string> ImageIds);

/// <summary>A prepared image inside a memory-mapped shard; valid while its reader lives.</summary>
/// <param name="OriginalWidth">Columns of the DICOM image, for mapping boxes.</param>
public readonly record struct PreparedImage(string ImageId, int Width, int Height, int Bits, int OriginalWidth, int OriginalHeight)
{
    /// <summary>The part of the DICOM image that the plane shows.</summary>
    public PixelRegion Region { get; init; } = PixelRegion.Whole(OriginalWidth, OriginalHeight);
}
