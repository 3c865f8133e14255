using CsCheck;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Orchestration.Sweeps;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Tests.Sweeps;

/// <summary>The table against counting all trials anew after every report.</summary>
public sealed class TrialTableTests
{
    private const int Folds = 3;
    private const int Variants = 4;

    private static readonly Variant[] Space = [.. Enumerable.Range(0, Variants).Select(i => new Variant($"v{i}", new Dictionary<string, object>(), new TrialSettings()))];

    private static readonly Gen<(int Trial, TrialState State, int Revision, int Seconds)[]> Reports =
        Gen.Select(Gen.Int[0, (Folds * Variants) - 1], Gen.Enum<TrialState>(), Gen.Int[0, 20], Gen.Int[0, 1000]).Array[0, 80];

    [Fact]
    public void Counts_lines_and_scores_are_those_of_a_model_that_counts_all() => Reports.Sample(reports =>
    {
        var table = New();
        var model = table.Rows.Select(r => r.Report).ToArray();
        foreach (var (trial, state, revision, seconds) in reports)
        {
            var report = Report(trial, state, revision, seconds);
            var before = table.Update(report);
            Assert.Equal(revision > model[trial].Revision ? model[trial] : null, before);
            model[trial] = revision > model[trial].Revision ? report : model[trial];
        }

        AssertEqual(model, table);
    });

    [Fact]
    public void A_row_may_be_put_back_in_line_or_end_without_a_plan() => Reports.Sample(reports =>
    {
        var table = New();
        var model = table.Rows.Select(r => r.Report).ToArray();
        foreach (var (trial, state, revision, seconds) in reports)
        {
            model[trial] = Report(trial, state, revision, seconds);
            table.Replace(table.Rows[trial], model[trial]);
        }

        AssertEqual(model, table);
    });

    [Fact]
    public void The_scheduler_hears_what_a_preemption_would_lose_and_where_a_trial_must_not_go()
    {
        var table = New();
        table.Update(Report(0, TrialState.Running, 1, 190) with { LostSeconds = 30, PeakMemoryMb = 700 });
        table.Update(Report(1, TrialState.Pending, 1, 0) with { ExcludedNodes = ["bad"] });

        Assert.Equal(new Contracts.Scheduling.RunningTrial("t0", "", 30, 190, "m", 700), Assert.Single(table.Leased).Running());
        var waiting = Assert.Single(table.Waiting).Demand();
        Assert.Equal(("t1", "p0", 1L, "m", "bad"), (waiting.TrialId, waiting.PreparedId, waiting.LeaseEpoch, waiting.MemoryProfile, Assert.Single(waiting.ExcludedNodes!)));
    }

    [Fact]
    public void A_trial_that_says_nothing_is_not_started_until_it_does()
    {
        var table = New();
        table.Update(Report(0, TrialState.Pending, 1, 0));
        table.Hear(table.Rows[0], Hearing.MayRun);
        table.Hear(table.Rows[1], Hearing.MayRun);
        table.Hear(table.Rows[2], Hearing.MayRun);
        table.Hear(table.Rows[2], Hearing.Rests);
        Assert.Equal([0, 1], table.Leased.Select(r => r.Ordinal));
        Assert.Equal([2], table.Resting.Select(r => r.Ordinal));
        Assert.Equal(1, table.RestingCount);
        Assert.Empty(table.Waiting);
        Assert.Equal(Enumerable.Range(3, table.Count - 3), table.Unplanned.Select(r => r.Ordinal));

        // One says what was known, one that it was never planned, one something new.
        table.Hear(table.Rows[0], Hearing.Heard);
        table.Hear(table.Rows[1], Hearing.Heard);
        table.Update(Report(2, TrialState.Succeeded, 1, 7));
        AssertEqual([.. table.Rows.Select(r => r.Report)], table);
        Assert.Empty(table.Resting);
        Assert.Equal((1, 1, 0), (table.WaitingCount, table.Ended, table.LeasedCount));
    }

    private static void AssertEqual(TrialReport[] model, TrialTable table)
    {
        Assert.Equal(model.Select(r => (r.Summary, r.Revision)), table.Rows.Select(r => (r.Report.Summary, r.Report.Revision)));
        Assert.All(Enum.GetValues<TrialState>(), s => Assert.Equal(model.Count(r => r.Summary.State == s), table.CountOf(s)));
        Assert.Equal(model.Count(r => r.Summary.State.IsEnded()), table.Ended);
        Assert.Equal(model.All(r => r.Summary.State.IsEnded()), table.AllEnded);
        Assert.Equal(model.Sum(r => r.SlotSeconds), table.SlotSeconds, 9);
        Assert.Equal(Ordinals(r => r.Summary.State == TrialState.Pending && r.Revision > 0), table.Waiting.Select(r => r.Ordinal));
        Assert.Equal(Ordinals(r => r.Summary.State == TrialState.Pending && r.Revision == 0), table.Unplanned.Select(r => r.Ordinal));
        Assert.Equal(Ordinals(r => r.Summary.State is TrialState.Leased or TrialState.Running), table.Leased.Select(r => r.Ordinal));
        Assert.Equal((table.Waiting.Count(), table.Unplanned.Count(), table.Leased.Count()), (table.WaitingCount, table.UnplannedCount, table.LeasedCount));
        var variants = model.Chunk(Folds).ToArray();
        Assert.Equal(variants.Count(v => v.Any(r => !r.Summary.State.IsEnded())), table.OpenVariants);
        var history = table.History(Space);
        Assert.Equal(variants.Select(v => v.All(r => r.Summary.State.IsEnded())), history.Select(h => h.Finished));
        Assert.Equal(
            variants.Select(v => v.Where(r => r.Summary.State == TrialState.Succeeded).Select(r => r.Summary.Map40).Average()), history.Select(h => h.Score));

        IEnumerable<int> Ordinals(Func<TrialReport, bool> where) => Enumerable.Range(0, model.Length).Where(i => where(model[i]));
    }

    private static TrialTable New()
    {
        var table = new TrialTable(Folds);
        for (int i = 0; i < Folds * Variants; i++)
        {
            table.Add(Report(i, TrialState.Pending, 0, 0).Summary, $"p{i / Folds % 2}", "m");
        }

        Assert.Equal(["p0", "p1"], table.PreparedIds.Order());
        return table;
    }

    private static TrialReport Report(int trial, TrialState state, int revision, int seconds) => new(
        new TrialSummary($"t{trial}", "s", $"v{trial / Folds}", trial % Folds, state, revision, 0, 3, seconds / 1000.0, null, null), revision, revision, [], null, null,
        SlotSeconds: seconds);
}
