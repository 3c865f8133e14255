using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Consensus;

/// <summary>One rater's box; ordered by rater, then corners, so that a method's outcome cannot depend on the order of rows.</summary>
internal readonly record struct RaterBox(string Rater, Box Box) : IComparable<RaterBox>
{
    public int CompareTo(RaterBox other)
    {
        int byRater = string.CompareOrdinal(Rater, other.Rater);
        return byRater != 0
            ? byRater
            : (Box.XMin, Box.YMin, Box.XMax, Box.YMax).CompareTo((other.Box.XMin, other.Box.YMin, other.Box.XMax, other.Box.YMax));
    }
}

/// <param name="Agreement">Distinct raters behind the box; null where agreement was not asked for.</param>
internal readonly record struct AgreedBox(Box Box, int? Agreement);

/// <summary>Merges the boxes of one image and one class, in <see cref="RaterBox"/> order.</summary>
internal delegate IEnumerable<AgreedBox> ConsensusMethod(RaterBox[] boxes, double iou);

/// <summary>The ways in which raters' boxes become one truth.</summary>
internal static class AgreementClusters
{
    public static IEnumerable<AgreedBox> AsDrawn(RaterBox[] boxes, double iou) => boxes.Select(b => new AgreedBox(b.Box, Agreement: null));

    public static IEnumerable<AgreedBox> WeightedBoxes(RaterBox[] boxes, double iou)
    {
        SourceBox[] sources = [.. boxes.Select((b, i) => new SourceBox(b.Box, Score: 1, Source: i))];
        int[] clusterOf = new int[boxes.Length];
        List<BoxCluster> clusters = BoxCluster.Build(sources, iou, clusterOf);
        return clusters.Select((cluster, c) => new AgreedBox(cluster.Box, CountRaters(boxes.Where((_, i) => clusterOf[i] == c))));
    }

    public static IEnumerable<AgreedBox> MostAgreed(RaterBox[] boxes, double iou)
    {
        int[] agreement = [.. boxes.Select(box => CountRaters(boxes.Where(other => other == box || other.Box.IoU(box.Box) > iou)))];
        Box[] corners = [.. boxes.Select(b => b.Box)];
        double[] scores = [.. agreement.Select(a => (double)a)];
        return NonMaximumSuppression.Keep(corners, scores, iou).Select(kept => new AgreedBox(corners[kept], agreement[kept]));
    }

    private static int CountRaters(IEnumerable<RaterBox> boxes) => boxes.Select(b => b.Rater).Distinct(StringComparer.Ordinal).Count();
}
