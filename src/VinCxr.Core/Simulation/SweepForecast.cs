namespace VinCxr.Core.Simulation;

/// <summary>What a simulated sweep came to.</summary>
/// <param name="Places">Trials that can run at once on the slots.</param>
/// <param name="Seconds">From submission to the end of the last trial.</param>
/// <param name="SlotHours">Slot hours of all attempts.</param>
/// <param name="SlotHoursInFull">What the same trials take when none is stopped early and nothing goes wrong.</param>
/// <param name="BudgetHours">The sweep's budget, null without one.</param>
/// <param name="BudgetSpent">True when the budget ended the sweep.</param>
/// <param name="Trials">In the order of the sweep; those that the budget did not let start are cancelled.</param>
/// <param name="Variants">Best first; those with more finished folds before those with fewer.</param>
public sealed record SweepForecast(
    string Name, double Slots, int Places, double Seconds, double SlotHours, double SlotHoursInFull, double? BudgetHours, bool BudgetSpent,
    IReadOnlyList<TrialForecast> Trials, IReadOnlyList<VariantForecast> Variants)
{
    public int Started => Trials.Count(t => t.Attempts.Count > 0);

    public int Finished => Count(ForecastEnd.Succeeded);

    public int Pruned => Count(ForecastEnd.Pruned);

    public int Failed => Count(ForecastEnd.Failed);

    /// <summary>Attempts that ended with nothing but a retry.</summary>
    public int Retried => Trials.Sum(t => Math.Max(0, t.Attempts.Count - 1));

    /// <summary>Share of the places that was busy until the end, in [0, 1].</summary>
    public double Busy => Seconds > 0 ? Trials.Sum(t => t.Attempts.Sum(a => a.End - a.Start)) / (Seconds * Places) : 0;

    private int Count(ForecastEnd end) => Trials.Count(t => t.End == end);
}

public enum ForecastEnd
{
    Succeeded,
    Pruned,
    Failed,

    /// <summary>Never started, or waited when the budget was spent.</summary>
    Cancelled,
}

/// <param name="Epoch">Epochs completed.</param>
/// <param name="Score">Quality reached, null unless it succeeded.</param>
/// <param name="Reason">Why it did not succeed, or null.</param>
public sealed record TrialForecast(
    string Variant, int Fold, ForecastEnd End, int Epoch, int Epochs, double? Score, string? Reason, IReadOnlyList<AttemptForecast> Attempts);

/// <param name="Place">0-based place that it ran on.</param>
/// <param name="Start">Seconds since submission.</param>
/// <param name="End">Seconds since submission.</param>
public sealed record AttemptForecast(int Place, double Start, double End);

/// <param name="Score">Mean over the finished folds, null without any.</param>
/// <param name="Epochs">Epochs trained on all folds.</param>
/// <param name="Survived">True when every fold was trained to its end.</param>
public sealed record VariantForecast(
    string Variant, string Description, double? Score, int Finished, int Pruned, int Failed, int Epochs, double SlotHours, bool Survived);
