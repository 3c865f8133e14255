using VinCxr.Core.Sweeps.Stopping;

namespace VinCxr.Core.Tests.Sweeps.Stopping;

public class StoppingRuleTests
{
    [Fact]
    public void None_never_stops() => Assert.False(Rule("none").Decide(Curve("v0", 0, 0.0), [Curve("v1", 0, 0.9)]).Stop);

    [Fact]
    public void Median_stops_below_the_peers_median_of_the_same_fold()
    {
        TrialCurve[] peers = [Curve("v1", 0, 0.1, 0.2, 0.30), Curve("v2", 0, 0.1, 0.2, 0.40), Curve("v3", 0, 0.1, 0.2, 0.50), Curve("v4", 1, 0.9, 0.9, 0.9)];

        StopDecision below = Rule("median").Decide(Curve("v0", 0, 0.1, 0.35, 0.2), peers);
        StopDecision above = Rule("median").Decide(Curve("v0", 0, 0.1, 0.2, 0.45), peers);

        Assert.True(below.Stop);
        Assert.Contains("0.3500 against median 0.4000 of 3 peers", below.Reason, StringComparison.Ordinal);
        Assert.False(above.Stop);
    }

    [Fact]
    public void Median_waits_for_grace_and_for_peers()
    {
        TrialCurve[] peers = [Curve("v1", 0, 0.9, 0.9, 0.9), Curve("v2", 0, 0.9, 0.9, 0.9), Curve("v3", 0, 0.9, 0.9)];

        Assert.False(Rule("median").Decide(Curve("v0", 0, 0.0, 0.0), peers).Stop);
        Assert.False(Rule("median").Decide(Curve("v0", 0, 0.0, 0.0, 0.0), peers).Stop);
    }

    [Fact]
    public void Asha_keeps_the_best_third_at_a_rung()
    {
        // Rungs at 3 and 9 epochs. Six trials at rung 3: the best third are two, so 0.5 is the cut.
        TrialCurve[] peers = [.. new[] { 0.1, 0.2, 0.3, 0.5, 0.6 }.Select((s, i) => Curve($"v{i + 1}", 0, 0, 0, s))];

        Assert.True(Rule("asha").Decide(Curve("v0", 0, 0, 0, 0.4), peers).Stop);
        Assert.False(Rule("asha").Decide(Curve("v0", 0, 0, 0, 0.55), peers).Stop);
        Assert.False(Rule("asha").Decide(Curve("v0", 0, 0, 0.0), peers).Stop);
    }

    [Fact]
    public void Asha_judges_by_the_rung_and_not_by_later_epochs()
    {
        TrialCurve[] peers = [Curve("v1", 0, 0, 0, 0.3, 0.99), Curve("v2", 0, 0, 0, 0.2, 0.99)];

        Assert.False(Rule("asha").Decide(Curve("v0", 0, 0, 0, 0.4), peers).Stop);
    }

    [Fact]
    public void Hyperband_brackets_start_at_later_rungs()
    {
        IStoppingRule rule = Rule("hyperband");
        TrialCurve[] strong = [.. Enumerable.Range(0, 12).Select(i => Curve($"v{i}", 0, 0.9, 0.9, 0.9, 0.9))];

        // 30 epochs, rungs 3, 9, 27: bracket 0 may stop at 3, bracket 1 not before 9.
        Assert.True(rule.Decide(Curve("v12", 0, 0, 0, 0.1, 0.1), strong).Stop);
        Assert.False(rule.Decide(Curve("v13", 0, 0, 0, 0.1, 0.1), strong).Stop);
    }

    [Fact]
    public void Fold_race_stops_a_variant_clearly_behind_on_shared_folds()
    {
        TrialCurve[] all =
        [
            Done("v1", 0, 0.50), Done("v1", 1, 0.60), Done("v1", 2, 0.55),
            Done("v0", 0, 0.40), Done("v0", 1, 0.49),
        ];

        Assert.True(Rule("fold_race").Decide(Curve("v0", 2, 0.1, 0.2, 0.3), all).Stop);
        Assert.False(Rule("fold_race").Decide(Curve("v1", 2, 0.1, 0.2, 0.3), all).Stop);
        Assert.False(Rule("fold_race").Decide(Curve("v0", 2, 0.1, 0.2, 0.3), all[..4]).Stop);
    }

    [Fact]
    public void Fold_race_spares_a_variant_within_the_noise()
    {
        TrialCurve[] all = [Done("v1", 0, 0.50), Done("v1", 1, 0.60), Done("v0", 0, 0.40), Done("v0", 1, 0.69)];

        Assert.False(Rule("fold_race").Decide(Curve("v0", 2, 0.1, 0.2, 0.3), all).Stop);
    }

    private static IStoppingRule Rule(string method) => StoppingRules.Create(SweepFileTests.Read($"{{name: n, dataset: d, stop: {{method: {method}}}}}"));

    private static TrialCurve Curve(string variant, int fold, params double[] scores) =>
        new($"{variant}-f{fold}", variant, fold, false, [.. scores.Select((s, i) => (i + 1, s))]);

    private static TrialCurve Done(string variant, int fold, double score) => Curve(variant, fold, score) with { Finished = true };
}
