namespace VinCxr.Core.Exploration;

/// <summary>Agreement beyond chance, at most 1; 0 is what chance gives. Null where every answer is the same, so that chance explains all.</summary>
public static class Kappa
{
    /// <summary>Cohen's kappa (1960) of two raters on yes-or-no questions.</summary>
    public static double? Cohen(long bothYes, long onlyFirst, long onlySecond, long bothNo)
    {
        double total = bothYes + onlyFirst + onlySecond + bothNo;
        if (total == 0)
        {
            return null;
        }

        double observed = (bothYes + bothNo) / total;
        double first = (bothYes + onlyFirst) / total, second = (bothYes + onlySecond) / total;
        return BeyondChance(observed, (first * second) + ((1 - first) * (1 - second)));
    }

    /// <summary>
    /// Fleiss' kappa (1971) of raters who need not be the same from subject to subject. Their number may vary as well: each subject
    /// with at least two counts once, as the share of its pairs of raters that agree.
    /// </summary>
    /// <param name="subjects">For each subject the number of raters per answer.</param>
    public static double? Fleiss(IEnumerable<IReadOnlyList<int>> subjects)
    {
        FleissTally? tally = null;
        foreach (IReadOnlyList<int> subject in subjects)
        {
            tally ??= new(subject.Count);
            tally.Add([.. subject]);
        }

        return tally?.Kappa;
    }

    internal static double? BeyondChance(double observed, double chance) => 1 - chance < 1e-12 ? null : (observed - chance) / (1 - chance);
}
