using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>Greedy NMS over the boxes of all sources.</summary>
internal sealed class HardSuppression(double iou) : IClassFusion
{
    public void Fuse(ReadOnlySpan<SourceBox> ranked, List<FusedBox> fused)
    {
        var boxes = new Box[ranked.Length];
        double[] scores = new double[ranked.Length];
        for (int i = 0; i < ranked.Length; i++)
        {
            (boxes[i], scores[i]) = (ranked[i].Box, ranked[i].Score);
        }

        foreach (int kept in NonMaximumSuppression.Keep(boxes, scores, iou))
        {
            fused.Add(new(boxes[kept], scores[kept]));
        }
    }
}
