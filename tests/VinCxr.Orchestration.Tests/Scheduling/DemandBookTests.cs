using VinCxr.Contracts.Scheduling;
using VinCxr.Orchestration.Scheduling;

namespace VinCxr.Orchestration.Tests.Scheduling;

public sealed class DemandBookTests
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly UseLedger _ledger = new(TimeProvider.System);
    private readonly DemandBook _book;

    public DemandBookTests() => _book = new DemandBook(_ledger);

    [Fact]
    public void Sweeps_go_by_priority_then_rank_of_their_user_then_submission()
    {
        _book.Set(Demand("late", 50, Monday.AddHours(2), ["a"]));
        _book.Set(Demand("early", 50, Monday, ["b"]));
        _book.Set(Demand("urgent", 90, Monday.AddHours(9), ["c"]));
        _book.Set(Demand("owed", 50, Monday.AddHours(5), ["d"]) with { User = "ada" });

        Assert.Equal(["urgent", "owed", "early", "late"], Order(user => user == "ada" ? 0 : 1));
        Assert.Equal(["urgent", "early", "late", "owed"], Order(_ => 0));

        string[] Order(Func<string, double> rank) => [.. _book.Levels.SelectMany(l => l.InOrder(rank)).Select(s => s.Id)];
    }

    [Fact]
    public void Demand_that_is_older_than_a_lease_does_not_offer_the_trial_again()
    {
        var demand = Demand("s", 50, Monday, ["a", "b"]);
        _book.Set(demand);
        Lease("a");
        _book.Set(demand);

        Assert.Equal(("b", 1), State());
        Assert.Equal(1, _ledger.InUse);
    }

    [Fact]
    public void A_trial_that_comes_back_after_its_lease_waits_again()
    {
        _book.Set(Demand("s", 50, Monday, ["a"]));
        Lease("a");
        _book.Set(Demand("s", 50, Monday, ["a"], leaseEpoch: 1));

        Assert.Equal(("a", 0), State());
        Assert.Equal(0, _ledger.InUse);
    }

    [Fact]
    public void A_sweep_that_names_no_trial_but_has_some_left_is_kept_and_one_with_none_is_dropped()
    {
        _book.Set(Demand("s", 50, Monday, []) with { WaitingTotal = 2 });
        Assert.Equal(("", 0), State());
        Assert.Equal(2, _book.Find("s")!.Behind);

        _book.Set(Demand("s", 50, Monday, []));
        Assert.Null(_book.Find("s"));
    }

    [Fact]
    public void A_leased_trial_counts_once_when_its_sweep_confirms_it()
    {
        _book.Set(Demand("s", 50, Monday, ["a", "b"]));
        Lease("a");
        _book.Set(Demand("s", 50, Monday, ["b"]) with { Running = ["a"] });

        Assert.Equal(("b", 1), State());
        Assert.Equal("node", _book.Find("s")!.Placed["a"].Node);
        Assert.Equal(1, _ledger.InUse);
    }

    [Fact]
    public void A_lease_that_came_to_nothing_uses_no_slot_and_keeps_its_place_until_its_sweeps_word()
    {
        var demand = Demand("s", 50, Monday, ["a", "b"]) with { Gpus = 0.25 };
        _book.Set(demand);
        Lease("a");
        Assert.Equal(0.25, _ledger.InUse);
        _book.Undo("s", "a");
        Assert.Equal(("b", 0), State());
        Assert.Equal(1, _book.Find("s")!.Places);
        Assert.Equal(0, _ledger.InUse);

        _book.Set(demand);
        Assert.Equal(("a b", 0), State());
        Assert.Equal(0, _book.Find("s")!.Places);
    }

    [Fact]
    public void Trials_that_differ_in_images_memory_or_excluded_nodes_stand_in_lines_of_their_own()
    {
        TrialDemand[] trials =
        [
            new("a", "x", 0), new("b", "x", 0), new("c", "y", 0), new("d", "x", 0, MemoryMb: 100), new("e", "x", 0, ExcludedNodes: ["n"]), new("f", "x", 0),
        ];
        _book.Set(Demand("s", 50, Monday, []) with { Waiting = trials, WaitingTotal = 10 });
        var sweep = _book.Find("s")!;

        Assert.Equal(["a", "c", "d", "e"], sweep.Lines.Select(l => l.First.TrialId));
        Assert.Equal(["a", "b", "c", "d", "e", "f"], sweep.Waiting.Select(t => t.TrialId));
        Assert.Equal(4, sweep.Behind);
        Lease("a");
        Assert.Equal("b", sweep.Lines.First().First.TrialId);
    }

    [Fact]
    public void A_line_counts_those_that_have_begun()
    {
        TrialDemand[] trials = [new("a", "x", 2), new("b", "x", 0), new("c", "x", 1), new("d", "y", 0)];
        _book.Set(Demand("s", 50, Monday, []) with { Waiting = trials, WaitingTotal = 4 });
        Assert.Equal([2, 0], Begun());
        Lease("a");
        Assert.Equal([1, 0], Begun());
        Lease("c");
        Assert.Equal([0, 0], Begun());

        int[] Begun() => [.. _book.Find("s")!.Lines.Select(l => l.Begun)];
    }

    [Fact]
    public void A_sweep_without_wishes_is_forgotten()
    {
        _book.Set(Demand("s", 50, Monday, ["a"]));
        _book.Set(Demand("s", 50, Monday, []));

        Assert.Empty(_book.Levels);
        Assert.Equal(0, _book.Leased);
    }

    private void Lease(string trial)
    {
        var sweep = _book.Find("s")!;
        _book.Lease(sweep, sweep.Waiting.First(t => t.TrialId == trial), new Placement("node", null));
    }

    private (string Waiting, int Running) State() => (string.Join(' ', _book.Find("s")!.Waiting.Select(t => t.TrialId)), _book.Find("s")!.Running);

    private static SweepDemand Demand(string sweep, int priority, DateTimeOffset at, string[] waiting, long leaseEpoch = 0) =>
        new(sweep, priority, at, 8, null, [.. waiting.Select(t => new TrialDemand(t, "prepared", leaseEpoch))], []);
}
