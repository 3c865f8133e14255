using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>Boxes taken for one object, and their score-weighted mean.</summary>
internal sealed class BoxCluster(SourceBox first)
{
    private double _xMin = first.Score * first.Box.XMin;
    private double _yMin = first.Score * first.Box.YMin;
    private double _xMax = first.Score * first.Box.XMax;
    private double _yMax = first.Score * first.Box.YMax;

    /// <summary>Score-weighted mean of the members; the very box of a single member.</summary>
    public Box Box { get; private set; } = first.Box;

    public double ScoreSum { get; private set; } = first.Score;

    public int Count { get; private set; } = 1;

    public void Add(in SourceBox member)
    {
        _xMin += member.Score * member.Box.XMin;
        _yMin += member.Score * member.Box.YMin;
        _xMax += member.Score * member.Box.XMax;
        _yMax += member.Score * member.Box.YMax;
        ScoreSum += member.Score;
        Count++;
        Box = new(_xMin / ScoreSum, _yMin / ScoreSum, _xMax / ScoreSum, _yMax / ScoreSum);
    }

    /// <summary>
    /// Assigns each box, in the order given, to the cluster whose mean box so far it overlaps most, if by more than <paramref name="iou"/>;
    /// otherwise it opens a cluster (Solovyev, Wang, Gabruseva 2021, steps 3 to 5).
    /// </summary>
    /// <param name="ranked">Boxes from the highest to the lowest score, all scores positive.</param>
    /// <param name="clusterOf">Receives the cluster index of each box; same length.</param>
    public static List<BoxCluster> Build(ReadOnlySpan<SourceBox> ranked, double iou, Span<int> clusterOf)
    {
        List<BoxCluster> clusters = [];
        for (int i = 0; i < ranked.Length; i++)
        {
            int best = -1;
            double bestIou = iou;
            for (int c = 0; c < clusters.Count; c++)
            {
                double overlap = clusters[c].Box.IoU(ranked[i].Box);
                if (overlap > bestIou)
                {
                    best = c;
                    bestIou = overlap;
                }
            }

            if (best < 0)
            {
                best = clusters.Count;
                clusters.Add(new(ranked[i]));
            }
            else
            {
                clusters[best].Add(ranked[i]);
            }

            clusterOf[i] = best;
        }

        return clusters;
    }
}
