
namespace VinCxr.Core.Fusion;

/// <summary>
/// Non-maximum weighted (Zhou et al. 2017, CAD): clusters form as in greedy NMS around their highest box; the merged box is the mean of the cluster
/// weighted by score x IoU with the highest box, and keeps the highest score.
/// </summary>
internal sealed class NonMaximumWeighted(double iou) : IClassFusion
{
    public void Fuse(ReadOnlySpan<SourceBox> ranked, List<FusedBox> fused)
    {
        bool[] isMerged = new bool[ranked.Length];
        for (int top = 0; top < ranked.Length; top++)
        {
            if (isMerged[top])
            {
                continue;
            }

            SourceBox best = ranked[top];
            var cluster = new BoxCluster(best);
            for (int i = top + 1; i < ranked.Length; i++)
            {
                double overlap = isMerged[i] ? 0 : best.Box.IoU(ranked[i].Box);
                if (overlap > iou)
                {
                    isMerged[i] = true;
                    cluster.Add(ranked[i] with { Score = ranked[i].Score * overlap });
                }
            }

            fused.Add(new(cluster.Box, best.Score));
        }
    }
}
