using System.Numerics;
using VinCxr.Core.Statistics;

namespace VinCxr.Core.Importance;

/// <summary>
/// A regression tree (Breiman et al. 1984) as what it makes of the space: boxes of equal prediction. Grown until every leaf is pure or cannot be split.
/// </summary>
internal sealed class RegressionTree
{
    private readonly IReadOnlyList<ParameterColumn> _columns;
    private readonly IReadOnlyList<double> _scores;
    private readonly SplitMix64 _random;
    private readonly int _tried;
    private readonly List<Leaf> _leaves = [];

    /// <param name="rows">Variants it learns from; repeats weigh more.</param>
    /// <param name="tried">Parameters looked at for each split, drawn anew.</param>
    public RegressionTree(IReadOnlyList<ParameterColumn> columns, IReadOnlyList<double> scores, int[] rows, int tried, SplitMix64 random)
    {
        (_columns, _scores, _tried, _random) = (columns, scores, tried, random);
        Side[] whole = [.. columns.Select(c => c.Levels == 0 ? new Side(0, 1, 0) : new Side(0, 0, ulong.MaxValue >> (64 - c.Levels)))];
        Grow(rows, whole);
    }

    public IReadOnlyList<Leaf> Leaves => _leaves;

    /// <summary>One parameter's part of a box: an interval, or a set of levels as bits.</summary>
    internal readonly record struct Side(double Low, double High, ulong Levels)
    {
        /// <summary>Share of the parameter's range.</summary>
        public double Share(int levels) => levels == 0 ? High - Low : (double)BitOperations.PopCount(Levels) / levels;
    }

    /// <param name="Sides">One per parameter.</param>
    /// <param name="Value">Prediction.</param>
    internal sealed record Leaf(Side[] Sides, double Value);

    private readonly record struct Split(int Column, double Threshold, ulong Left, double Gain);

    private void Grow(int[] rows, Side[] sides)
    {
        double first = _scores[rows[0]];
        if (rows.All(r => _scores[r] == first) || FindSplit(rows, sides) is not { } split)
        {
            _leaves.Add(new Leaf(sides, rows.Average(r => _scores[r])));
            return;
        }

        var column = _columns[split.Column];
        bool IsLeft(int row) => column.Levels == 0 ? column.Values[row] <= split.Threshold : (split.Left >> (int)column.Values[row] & 1) == 1;
        var (left, right) = ((Side[])sides.Clone(), (Side[])sides.Clone());
        var side = sides[split.Column];
        (left[split.Column], right[split.Column]) = column.Levels == 0
            ? (side with { High = split.Threshold }, side with { Low = split.Threshold })
            : (side with { Levels = side.Levels & split.Left }, side with { Levels = side.Levels & ~split.Left });
        Grow([.. rows.Where(IsLeft)], left);
        Grow([.. rows.Where(r => !IsLeft(r))], right);
    }

    /// <returns>The split that lowers the squared error most, even by nothing (an interaction shows one split later only); null when all rows are alike.</returns>
    private Split? FindSplit(int[] rows, Side[] sides)
    {
        int[] order = [.. Enumerable.Range(0, _columns.Count)];
        _random.Shuffle(order);
        Split? best = null;
        for (int i = 0; i < order.Length && (i < _tried || best is null); i++)
        {
            var found = _columns[order[i]].Levels == 0 ? BestThreshold(rows, order[i]) : BestLevels(rows, order[i], sides[order[i]].Levels);
            if (found is { } split && (best is null || split.Gain > best.Value.Gain))
            {
                best = split;
            }
        }

        return best;
    }

    private Split? BestThreshold(int[] rows, int index)
    {
        var values = _columns[index].Values;
        int[] sorted = [.. rows.OrderBy(r => values[r])];
        double total = sorted.Sum(r => _scores[r]);
        double sum = 0;
        Split? best = null;
        for (int i = 0; i < sorted.Length - 1; i++)
        {
            sum += _scores[sorted[i]];
            (double here, double next) = (values[sorted[i]], values[sorted[i + 1]]);
            double gain = Gain(sum, i + 1, total, sorted.Length);
            if (next > here && (best is null || gain > best.Value.Gain))
            {
                best = new Split(index, here + ((next - here) / 2), 0, gain);
            }
        }

        return best;
    }

    /// <summary>Levels in the order of their means: the best of all subsets is a prefix of these (Fisher 1958).</summary>
    private Split? BestLevels(int[] rows, int index, ulong present)
    {
        var values = _columns[index].Values;
        var groups = rows.GroupBy(r => (int)values[r]).Select(g => (Level: g.Key, Count: g.Count(), Sum: g.Sum(r => _scores[r]))).OrderBy(g => g.Sum / g.Count).ThenBy(g => g.Level).ToArray();
        double total = groups.Sum(g => g.Sum);
        (double sum, int count, ulong left) = (0, 0, 0);
        Split? best = null;
        foreach (var group in groups.SkipLast(1))
        {
            sum += group.Sum;
            count += group.Count;
            left |= 1UL << group.Level;
            double gain = Gain(sum, count, total, rows.Length);
            if (best is null || gain > best.Value.Gain)
            {
                best = new Split(index, 0, left, gain);
            }
        }

        // Levels that no row here has go with the smaller predictions or the larger ones by a toss, so that none is favoured.
        ulong unseen = present & ~groups.Aggregate(0UL, (bits, g) => bits | (1UL << g.Level));
        return best is { } split && unseen != 0 ? split with { Left = split.Left | (unseen & _random.NextUInt64()) } : best;
    }

    /// <returns>What the split takes off the sum of squared errors.</returns>
    private static double Gain(double sum, int count, double total, int all)
    {
        double rest = total - sum;
        return (sum * sum / count) + (rest * rest / (all - count)) - (total * total / all);
    }
}
