namespace VinCxr.Core.Fusion;

/// <summary>
/// Soft-NMS (Bodla et al. 2017), Gaussian: the highest box is taken, the scores of all that remain are multiplied by exp(-IoU² / sigma), and so on
/// until nothing scores above <paramref name="dropAt"/>.
/// </summary>
internal sealed class SoftSuppression(double sigma, double dropAt) : IClassFusion
{
    public void Fuse(ReadOnlySpan<SourceBox> ranked, List<FusedBox> fused)
    {
        SourceBox[] left = ranked.ToArray();
        for (int taken = 0; taken < left.Length; taken++)
        {
            int highest = taken;
            for (int i = taken + 1; i < left.Length; i++)
            {
                highest = left[i].Score > left[highest].Score ? i : highest;
            }

            SourceBox box = left[highest];
            if (box.Score <= dropAt)
            {
                return;
            }

            // Shifting instead of swapping keeps the ranking of boxes whose scores tie.
            left.AsSpan(taken, highest - taken).CopyTo(left.AsSpan(taken + 1));
            fused.Add(new(box.Box, box.Score));
            for (int i = taken + 1; i < left.Length; i++)
            {
                double overlap = left[i].Box.IoU(box.Box);
                left[i] = left[i] with { Score = left[i].Score * Math.Exp(-overlap * overlap / sigma) };
            }
        }
    }
}
