using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Detection;

/// <summary>
/// mAP straight from its definition, in quadratic time and with whole-number overlap, sharing nothing with the code under test:
/// boxes are integers, the threshold a fraction, and AP is the mean over k of the best precision at recall k / truths or more.
/// </summary>
internal static class NaiveMeanAveragePrecision
{
    public static double? Of(
        IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, int classId, (int Over, int Under) iou, MatchRule rule, bool inclusive)
    {
        var mine = truths.Where(t => t.ClassId == classId).ToList();
        if (mine.Count == 0)
        {
            return null;
        }

        // OrderByDescending is documented as stable: ties keep input order.
        var ranked = predictions.Where(p => p.ClassId == classId).OrderByDescending(p => p.Confidence).ToList();
        List<bool> hits = rule == MatchRule.Voc ? VocHits(mine, ranked, iou, inclusive) : CocoHits(mine, ranked, iou, inclusive);
        double sum = 0;
        for (int k = 1; k <= mine.Count; k++)
        {
            double best = 0;
            for (int n = 1; n <= hits.Count; n++)
            {
                int found = hits.Take(n).Count(h => h);
                best = found >= k ? Math.Max(best, (double)found / n) : best;
            }

            sum += best;
        }

        return sum / mine.Count;
    }

    /// <summary>A detection is true when its favourite truth is close enough and no earlier detection had the same favourite, close enough.</summary>
    private static List<bool> VocHits(List<GroundTruth> truths, List<Prediction> ranked, (int Over, int Under) iou, bool inclusive)
    {
        List<int?> favourite = [.. ranked.Select(p => Best(truths, p, Enumerable.Range(0, truths.Count), iou, inclusive))];
        return [.. favourite.Select((f, i) => f is not null && favourite.IndexOf(f) == i)];
    }

    private static List<bool> CocoHits(List<GroundTruth> truths, List<Prediction> ranked, (int Over, int Under) iou, bool inclusive)
    {
        var free = Enumerable.Range(0, truths.Count).ToList();
        List<bool> hits = [];
        foreach (Prediction prediction in ranked)
        {
            int? best = Best(truths, prediction, free, iou, inclusive);
            hits.Add(best is not null);
            free.Remove(best ?? -1);
        }

        return hits;
    }

    private static int? Best(List<GroundTruth> truths, Prediction prediction, IEnumerable<int> among, (int Over, int Under) iou, bool inclusive)
    {
        int? best = among
            .Where(t => truths[t].ImageId == prediction.ImageId)
            .Select(t => (int?)t)
            .OrderByDescending(t => Ratio(truths[t!.Value].Box, prediction.Box))
            .FirstOrDefault();
        if (best is null)
        {
            return null;
        }

        (long intersection, long union) = Overlap(truths[best.Value].Box, prediction.Box);
        long margin = (intersection * iou.Under) - (union * iou.Over);
        return margin > 0 || (inclusive && margin == 0) ? best : null;
    }

    private static decimal Ratio(Box a, Box b)
    {
        (long intersection, long union) = Overlap(a, b);
        return (decimal)intersection / union;
    }

    /// <summary>Counts unit cells, one by one.</summary>
    private static (long Intersection, long Union) Overlap(Box a, Box b)
    {
        long intersection = 0, union = 0;
        for (int x = (int)Math.Min(a.XMin, b.XMin); x < Math.Max(a.XMax, b.XMax); x++)
        {
            for (int y = (int)Math.Min(a.YMin, b.YMin); y < Math.Max(a.YMax, b.YMax); y++)
            {
                bool inA = x >= a.XMin && x < a.XMax && y >= a.YMin && y < a.YMax;
                bool inB = x >= b.XMin && x < b.XMax && y >= b.YMin && y < b.YMax;
                intersection += inA && inB ? 1 : 0;
                union += inA || inB ? 1 : 0;
            }
        }

        return (intersection, union);
    }
}
