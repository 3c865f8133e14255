using VinCxr.Contracts.Scheduling;
using VinCxr.Orchestration.Scheduling;

namespace VinCxr.Orchestration.Tests.Scheduling;

public sealed class DemandBookTests
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sweeps_go_by_priority_then_submission()
    {
        var book = new DemandBook();
        book.Set(Demand("late", 50, Monday.AddHours(2), ["a"]));
        book.Set(Demand("early", 50, Monday, ["b"]));
        book.Set(Demand("urgent", 90, Monday.AddHours(9), ["c"]));

        Assert.Equal(["urgent", "early", "late"], book.InOrder.Select(d => d.SweepId));
    }

    [Fact]
    public void Demand_that_is_older_than_a_lease_does_not_offer_the_trial_again()
    {
        var book = new DemandBook();
        var demand = Demand("s", 50, Monday, ["a", "b"]);
        book.Set(demand);
        book.Leasing("s", "a", leaseEpoch: 1);
        book.Set(demand);

        Assert.Equal(["b"], book.WaitingOf(demand).Select(t => t.TrialId));
        Assert.Equal(1, book.RunningOf(demand));
    }

    [Fact]
    public void A_trial_that_comes_back_after_its_lease_waits_again()
    {
        var book = new DemandBook();
        book.Set(Demand("s", 50, Monday, ["a"]));
        book.Leasing("s", "a", leaseEpoch: 1);
        var back = Demand("s", 50, Monday, ["a"], leaseEpoch: 1);
        book.Set(back);

        Assert.Equal(["a"], book.WaitingOf(back).Select(t => t.TrialId));
        Assert.Equal(0, book.RunningOf(back));
    }

    [Fact]
    public void A_leased_trial_counts_once_when_its_sweep_confirms_it()
    {
        var book = new DemandBook();
        book.Set(Demand("s", 50, Monday, ["a", "b"]));
        book.Leasing("s", "a", leaseEpoch: 1);
        book.Set(Demand("s", 50, Monday, ["b"]) with { Running = ["a"] });

        Assert.Equal(1, book.Leased);
    }

    [Fact]
    public void A_sweep_without_wishes_is_forgotten()
    {
        var book = new DemandBook();
        book.Set(Demand("s", 50, Monday, ["a"]));
        book.Drop("s", "a");
        book.Set(Demand("s", 50, Monday, []));

        Assert.Empty(book.InOrder);
    }

    private static SweepDemand Demand(string sweep, int priority, DateTimeOffset at, string[] waiting, long leaseEpoch = 0) =>
        new(sweep, priority, at, 8, null, [.. waiting.Select(t => new TrialDemand(t, "prepared", leaseEpoch))], []);
}
