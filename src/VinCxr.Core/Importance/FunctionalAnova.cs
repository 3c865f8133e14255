using VinCxr.Core.Statistics;

namespace VinCxr.Core.Importance;

/// <summary>
/// How much of the spread of scores each parameter explains by itself: functional ANOVA over a random forest (Hutter, Hoos, Leyton-Brown: An efficient
/// approach for assessing hyperparameter importance, ICML 2014). Every tree splits the space into boxes, over which averages are exact.
/// </summary>
public static class FunctionalAnova
{
    /// <param name="columns">One per parameter, each with one value per variant.</param>
    /// <param name="scores">One per variant, finite.</param>
    /// <returns>Zero for all when there is no spread to explain.</returns>
    /// <exception cref="InvalidInputException">Lengths differ, or a score is not finite.</exception>
    public static ParameterImportance Evaluate(IReadOnlyList<ParameterColumn> columns, IReadOnlyList<double> scores, ForestOptions? options = null)
    {
        options ??= new ForestOptions();
        if (columns.FirstOrDefault(c => c.Values.Count != scores.Count) is { } odd)
        {
            throw new InvalidInputException($"parameter '{odd.Name}' has {odd.Values.Count} values for {scores.Count} scores");
        }

        if (scores.Any(s => !double.IsFinite(s)))
        {
            throw new InvalidInputException("a score is not finite");
        }

        double[] main = new double[columns.Count];
        int informative = 0;
        if (columns.Count > 0 && scores.Count > 1)
        {
            var random = new SplitMix64(options.Seed);
            int tried = options.Bootstrap ? Math.Max(1, (int)Math.Ceiling(columns.Count * 5 / 6.0)) : columns.Count;
            for (int t = 0; t < options.Trees; t++)
            {
                int[] rows = [.. Enumerable.Range(0, scores.Count).Select(r => options.Bootstrap ? random.Next(scores.Count) : r)];
                var leaves = new RegressionTree(columns, scores, rows, tried, random).Leaves;
                informative += AddShares(columns, leaves, main) ? 1 : 0;
            }
        }

        double[] shares = [.. main.Select(m => informative == 0 ? 0 : m / informative)];
        return new ParameterImportance([.. columns.Select((c, i) => new MainEffect(c.Name, shares[i]))], informative == 0 ? 0 : Math.Max(0, 1 - shares.Sum()));
    }

    /// <returns>False for a tree that predicts the same everywhere.</returns>
    private static bool AddShares(IReadOnlyList<ParameterColumn> columns, IReadOnlyList<RegressionTree.Leaf> leaves, double[] main)
    {
        double[] volumes = [.. leaves.Select(l => Volume(columns, l, -1))];
        double mean = leaves.Select((l, i) => volumes[i] * l.Value).Sum();
        double variance = leaves.Select((l, i) => volumes[i] * (l.Value - mean) * (l.Value - mean)).Sum();
        if (!(variance > 1e-18))
        {
            return false;
        }

        for (int j = 0; j < columns.Count; j++)
        {
            main[j] += (columns[j].Levels == 0 ? OfNumber(columns, leaves, j, mean) : OfLevels(columns, leaves, j, mean)) / variance;
        }

        return true;
    }

    private static double Volume(IReadOnlyList<ParameterColumn> columns, RegressionTree.Leaf leaf, int without)
    {
        double volume = 1;
        for (int j = 0; j < columns.Count; j++)
        {
            volume *= j == without ? 1 : leaf.Sides[j].Share(columns[j].Levels);
        }

        return volume;
    }

    /// <summary>Variance of the marginal prediction over levels, each as likely.</summary>
    private static double OfLevels(IReadOnlyList<ParameterColumn> columns, IReadOnlyList<RegressionTree.Leaf> leaves, int j, double mean)
    {
        double[] marginal = new double[columns[j].Levels];
        foreach (var leaf in leaves)
        {
            double part = Volume(columns, leaf, j) * leaf.Value;
            for (int level = 0; level < marginal.Length; level++)
            {
                marginal[level] += (leaf.Sides[j].Levels >> level & 1) == 1 ? part : 0;
            }
        }

        return marginal.Average(m => (m - mean) * (m - mean));
    }

    /// <summary>Variance of the marginal prediction, a step function that changes where boxes begin and end.</summary>
    private static double OfNumber(IReadOnlyList<ParameterColumn> columns, IReadOnlyList<RegressionTree.Leaf> leaves, int j, double mean)
    {
        var steps = new SortedDictionary<double, double>();
        foreach (var leaf in leaves)
        {
            double part = Volume(columns, leaf, j) * leaf.Value;
            steps[leaf.Sides[j].Low] = steps.GetValueOrDefault(leaf.Sides[j].Low) + part;
            steps[leaf.Sides[j].High] = steps.GetValueOrDefault(leaf.Sides[j].High) - part;
        }

        (double variance, double marginal, double from) = (0, 0, 0);
        foreach (var (at, step) in steps)
        {
            variance += (at - from) * (marginal - mean) * (marginal - mean);
            (marginal, from) = (marginal + step, at);
        }

        return variance;
    }
}

/// <param name="Trees">Number of trees, positive.</param>
/// <param name="Bootstrap">Each tree learns from a draw with replacement and looks at 5/6 of the parameters for each split; false grows the one full tree.</param>
public sealed record ForestOptions(int Trees = 32, ulong Seed = 1, bool Bootstrap = true);

/// <param name="Parameters">In the order of the columns.</param>
/// <param name="Interactions">Share that only parameters together explain, in [0, 1].</param>
public sealed record ParameterImportance(IReadOnlyList<MainEffect> Parameters, double Interactions);

/// <param name="Share">Share of the variance that the parameter explains by itself, in [0, 1].</param>
public sealed record MainEffect(string Name, double Share);
