namespace VinCxr.Core.Fusion;

/// <summary>
/// Weighted boxes fusion (Solovyev, Wang, Gabruseva 2021): score-weighted mean box; mean weighted score of the cluster,
/// times min(models, cluster size) or, with overflow, cluster size, over the sum of weights.
/// With unequal weights and several boxes of a heavy source in one cluster a score can exceed 1, as in the paper's reference.
/// </summary>
internal sealed class WeightedBoxesFusion(double iou, double[] weights, bool allowOverflow) : IClassFusion
{
    private readonly double _weightSum = weights.Sum();

    public void Fuse(ReadOnlySpan<SourceBox> ranked, List<FusedBox> fused)
    {
        foreach (BoxCluster cluster in BoxCluster.Build(ranked, iou, new int[ranked.Length]))
        {
            int counted = allowOverflow ? cluster.Count : Math.Min(weights.Length, cluster.Count);
            fused.Add(new(cluster.Box, cluster.ScoreSum / cluster.Count * counted / _weightSum));
        }
    }
}

/// <summary>WBF boxes with the sum of their scores, to be normalised over all images by the caller.</summary>
internal sealed class SummedBoxesFusion(double iou) : IClassFusion
{
    public void Fuse(ReadOnlySpan<SourceBox> ranked, List<FusedBox> fused)
    {
        foreach (BoxCluster cluster in BoxCluster.Build(ranked, iou, new int[ranked.Length]))
        {
            fused.Add(new(cluster.Box, cluster.ScoreSum));
        }
    }
}
