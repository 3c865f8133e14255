using VinCxr.Core.Simulation;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>A forecast as JSON shows it, and as lines for people.</summary>
internal sealed class ForecastView(SweepForecast forecast)
{
    public string Name => forecast.Name;

    public double Slots => forecast.Slots;

    public double WallSeconds => forecast.Seconds;

    public double SlotHours => forecast.SlotHours;

    public double SlotHoursInFull => forecast.SlotHoursInFull;

    public double? BudgetHours => forecast.BudgetHours;

    public bool BudgetSpent => forecast.BudgetSpent;

    /// <summary>Share of the slots that was busy, in [0, 1].</summary>
    public double Busy => forecast.Busy;

    public int Planned => forecast.Trials.Count;

    public int Started => forecast.Started;

    public int Finished => forecast.Finished;

    public int Pruned => forecast.Pruned;

    public int Failed => forecast.Failed;

    public int Retried => forecast.Retried;

    public IReadOnlyList<string> Survivors => [.. forecast.Variants.Where(v => v.Survived).Select(v => v.Variant)];

    public IReadOnlyList<VariantForecast> Variants => forecast.Variants;

    public IEnumerable<string> Lines()
    {
        yield return FormattableString.Invariant(
            $"{Planned} trials planned: {Started} started, {Finished} finished, {Pruned} pruned, {Failed} failed; {Retried} attempts repeated");
        string budget = BudgetHours is { } hours ? FormattableString.Invariant($" of a budget of {hours:0.##}{(BudgetSpent ? ", which ended the sweep" : "")}") : "";
        string saved = SlotHoursInFull > 0 ? FormattableString.Invariant($"; every trial in full would take {SlotHoursInFull:0.00}") : "";
        yield return FormattableString.Invariant($"{SlotHours:0.00} slot hours{budget}{saved}");
        yield return FormattableString.Invariant(
            $"{TimeSpan.FromSeconds(Math.Round(WallSeconds)):c} on {Slots:0.##} slots, {forecast.Places} trials at once, {Busy * 100:0} % busy");
        yield return Survivors.Count > 0 ? $"variants trained on every fold to the end: {string.Join(", ", Survivors)}" : "no variant was trained on every fold to the end";
    }
}
