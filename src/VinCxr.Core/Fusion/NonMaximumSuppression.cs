using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>Greedy NMS over one image and one class.</summary>
public static class NonMaximumSuppression
{
    /// <param name="boxes">Boxes of one class.</param>
    /// <param name="scores">Their confidences, same length, none NaN.</param>
    /// <param name="iou">A box is dropped when it overlaps a kept, higher one by more than this.</param>
    /// <returns>Indices of kept boxes in order of falling confidence; ties keep input order.</returns>
    /// <exception cref="ArgumentException">The two lengths differ.</exception>
    public static int[] Keep(ReadOnlySpan<Box> boxes, ReadOnlySpan<double> scores, double iou)
    {
        if (boxes.Length != scores.Length)
        {
            throw new ArgumentException($"{boxes.Length} boxes have {scores.Length} scores", nameof(scores));
        }

        int[] order = Ranking.Descending(scores);
        int kept = 0;
        foreach (int candidate in order)
        {
            if (!OverlapsAny(boxes, order.AsSpan(0, kept), boxes[candidate], iou))
            {
                // The kept prefix never overtakes the reader, so the order can be compacted in place.
                order[kept++] = candidate;
            }
        }

        return order[..kept];
    }

    private static bool OverlapsAny(ReadOnlySpan<Box> boxes, ReadOnlySpan<int> kept, in Box box, double iou)
    {
        foreach (int index in kept)
        {
            if (boxes[index].IoU(box) > iou)
            {
                return true;
            }
        }

        return false;
    }
}
