using VinCxr.Data.Imaging;

namespace VinCxr.Data.Leakage;

/// <summary>What is kept of an image to find its near-duplicates.</summary>
/// <param name="DctHash">pHash.</param>
/// <param name="DifferenceHash">dHash.</param>
/// <param name="Thumbnail"><see cref="ThumbnailSize"/> squared means of 0..255, row by row.</param>
public sealed record ImageSignature(string ImageId, ulong DctHash, ulong DifferenceHash, byte[] Thumbnail)
{
    public const int ThumbnailSize = 32;

    /// <param name="plane">The displayed image, 8 or 16 bits, any size.</param>
    public static ImageSignature Of(string imageId, Plane plane) => new(
        imageId, PerceptualHash.Dct(plane), PerceptualHash.Difference(plane), PerceptualHash.Thumbnail(plane, ThumbnailSize));

    /// <summary>Normalised cross-correlation of the thumbnails in [-1, 1]; of flat ones 1 when equal, else 0.</summary>
    public double CorrelationWith(ImageSignature other)
    {
        int count = Thumbnail.Length;
        double sumA = 0, sumB = 0, sumAA = 0, sumBB = 0, sumAB = 0;
        for (int i = 0; i < count; i++)
        {
            double a = Thumbnail[i], b = other.Thumbnail[i];
            (sumA, sumB, sumAA, sumBB, sumAB) = (sumA + a, sumB + b, sumAA + (a * a), sumBB + (b * b), sumAB + (a * b));
        }

        double varianceA = sumAA - (sumA * sumA / count), varianceB = sumBB - (sumB * sumB / count);
        if (varianceA <= 0 || varianceB <= 0)
        {
            return Thumbnail.AsSpan().SequenceEqual(other.Thumbnail) ? 1 : 0;
        }

        return Math.Clamp((sumAB - (sumA * sumB / count)) / Math.Sqrt(varianceA * varianceB), -1, 1);
    }
}
