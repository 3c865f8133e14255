using System.Numerics;
using System.Runtime.InteropServices;

namespace VinCxr.Data.Leakage;

/// <param name="Distance">Bits in which the nearer pair of hashes differs: pHash with pHash, or dHash with dHash.</param>
/// <param name="Correlation">Normalised cross-correlation of the thumbnails.</param>
public sealed record NearDuplicate(string A, string B, int Distance, double Correlation);

/// <param name="Distance">Most bits in which pHashes or dHashes of a candidate pair differ, in [0, 64].</param>
/// <param name="Correlation">Thumbnails of a confirmed pair correlate at least so much.</param>
public sealed record DuplicateOptions(int Distance = DuplicateOptions.DefaultDistance, double Correlation = DuplicateOptions.DefaultCorrelation)
{
    public const int DefaultDistance = 8;

    /// <summary>Of 57 radiographs of 57 people no two correlate by 0.9; of 150 phantoms, which share one anatomy, none by 0.99; altered copies do by more.</summary>
    public const double DefaultCorrelation = 0.99;
}

/// <summary>Pairs of images that show the same picture.</summary>
public static class NearDuplicates
{
    /// <summary>Of a dot product of 1,024 floats.</summary>
    private const double RoundingError = 1e-6;

    /// <summary>Candidates by either hash, confirmed by their thumbnails: all chest X-rays look alike to a hash, few correlate.</summary>
    /// <returns>By ids, A before B.</returns>
    public static IReadOnlyList<NearDuplicate> Find(IReadOnlyList<ImageSignature> signatures, DuplicateOptions options)
    {
        ImageSignature[] ordered = [.. signatures.OrderBy(s => s.ImageId, StringComparer.Ordinal)];
        IEnumerable<(int A, int B)> candidates = HammingPairs.Find([.. ordered.Select(s => s.DctHash)], options.Distance)
            .Union(HammingPairs.Find([.. ordered.Select(s => s.DifferenceHash)], options.Distance));
        return
        [
            .. from pair in candidates.Order()
               let a = ordered[pair.A]
               let b = ordered[pair.B]
               let correlation = a.CorrelationWith(b)
               where correlation >= options.Correlation
               select new NearDuplicate(
                   a.ImageId, b.ImageId,
                   Math.Min(BitOperations.PopCount(a.DctHash ^ b.DctHash), BitOperations.PopCount(a.DifferenceHash ^ b.DifferenceHash)), correlation),
        ];
    }

    /// <summary>Images joined by pairs, directly or over others; the group is named by its first image in ordinal order.</summary>
    /// <returns>Image id to group, for images that have a duplicate.</returns>
    public static IReadOnlyDictionary<string, string> Groups(IEnumerable<NearDuplicate> pairs)
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal);
        string Root(string image)
        {
            while (parent.TryGetValue(image, out string? above) && above != image)
            {
                image = above;
            }

            return image;
        }

        foreach (NearDuplicate pair in pairs)
        {
            (string a, string b) = (Root(pair.A), Root(pair.B));
            (string first, string second) = string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);
            parent[first] = first;
            parent[second] = first;
        }

        return parent.Keys.ToDictionary(image => image, Root, StringComparer.Ordinal);
    }

    /// <summary>How many pairs of images lie at each distance, and how many of them their thumbnails confirm; every pair is looked at.</summary>
    /// <returns>65 rows, distances 0 to 64 of pHash.</returns>
    public static IReadOnlyList<DistanceCount> Distribution(IReadOnlyList<ImageSignature> signatures, double correlation)
    {
        var counts = new (long Pairs, long Confirmed)[65];
        float[][] standard = [.. signatures.Select(Standardise)];
        for (int i = 0; i < signatures.Count; i++)
        {
            for (int j = i + 1; j < signatures.Count; j++)
            {
                ref var count = ref counts[BitOperations.PopCount(signatures[i].DctHash ^ signatures[j].DctHash)];
                count.Pairs++;
                count.Confirmed += Dot(standard[i], standard[j]) >= correlation - RoundingError ? 1 : 0;
            }
        }

        return [.. counts.Select((c, distance) => new DistanceCount(distance, c.Pairs, c.Confirmed))];
    }

    /// <summary>Mean 0 and length 1, so that a dot product is the correlation: a hundred million of them are needed for a large set.</summary>
    private static float[] Standardise(ImageSignature signature)
    {
        double mean = signature.Thumbnail.Average(v => (double)v), length = Math.Sqrt(signature.Thumbnail.Sum(v => (v - mean) * (v - mean)));
        return [.. signature.Thumbnail.Select(v => length > 0 ? (float)((v - mean) / length) : 0)];
    }

    private static float Dot(float[] a, float[] b)
    {
        ReadOnlySpan<Vector<float>> wideA = MemoryMarshal.Cast<float, Vector<float>>(a), wideB = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sum = Vector<float>.Zero;
        for (int i = 0; i < wideA.Length; i++)
        {
            sum += wideA[i] * wideB[i];
        }

        return Vector.Sum(sum);
    }
}

/// <param name="Confirmed">Pairs whose thumbnails correlate enough.</param>
public sealed record DistanceCount(int Distance, long Pairs, long Confirmed);
