using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Server.Tests.Dashboard;

/// <summary>Sweeps of any size for components.</summary>
internal static class SampleSweep
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Variants by folds; all trials have ended with a score that grows with the variant.</summary>
    public static SweepDetails Of(int variants, int folds, SweepState state = SweepState.Succeeded)
    {
        var trials = Enumerable.Range(0, variants).SelectMany(v => Enumerable.Range(0, folds).Select(f => Trial(v, f, TrialState.Succeeded, 10, (v + 1.0) / (variants + 1))));
        return new SweepDetails(
            Summary(variants * folds, state), "name: s", "hash", "version", null, 1, 1,
            [.. Enumerable.Range(0, variants).Select(v => new VariantSummary($"v{v}", new Dictionary<string, string> { ["train.lr"] = $"{0.001 * (v + 1)}" }, $"train.lr={0.001 * (v + 1)}"))],
            [.. trials]);
    }

    public static SweepSummary Summary(int total, SweepState state) => new(
        "s-1", "s", state, "phantoms@sha256:0", total, state == SweepState.Succeeded ? total : 0, 0, 0.5, Start, state == SweepState.Succeeded ? Start.AddHours(1) : null, "default", "ann");

    public static TrialSummary Trial(int variant, int fold, TrialState state, int epoch, double? score) =>
        new($"s-1-v{variant}-f{fold}", "s-1", $"v{variant}", fold, state, 1, epoch, 10, score, "node", null);
}
