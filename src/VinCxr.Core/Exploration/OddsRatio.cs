namespace VinCxr.Core.Exploration;

/// <summary>Odds of a finding in one group over the odds in another, with Woolf's (1955) 95 % interval on the log scale.</summary>
/// <param name="IsCorrected">True when a cell was empty and 0.5 was added to all four (Haldane 1956, Anscombe 1956).</param>
public sealed record OddsRatio(double Value, double Low, double High, bool IsCorrected)
{
    /// <summary>Two-sided 95 % quantile of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <param name="exposedWith">Images of the first group with the finding.</param>
    /// <param name="exposedWithout">Images of the first group without it.</param>
    /// <returns>Null when a group, the finding or its absence does not occur at all: such a table holds no information on the ratio.</returns>
    public static OddsRatio? Of(int exposedWith, int exposedWithout, int otherWith, int otherWithout)
    {
        if (exposedWith + exposedWithout == 0 || otherWith + otherWithout == 0 || exposedWith + otherWith == 0 || exposedWithout + otherWithout == 0)
        {
            return null;
        }

        bool corrected = exposedWith == 0 || exposedWithout == 0 || otherWith == 0 || otherWithout == 0;
        double added = corrected ? 0.5 : 0;
        double a = exposedWith + added, b = exposedWithout + added, c = otherWith + added, d = otherWithout + added;
        double log = Math.Log(a * d / (b * c)), error = Math.Sqrt((1 / a) + (1 / b) + (1 / c) + (1 / d));
        return new(Math.Exp(log), Math.Exp(log - (Z * error)), Math.Exp(log + (Z * error)), corrected);
    }
}
