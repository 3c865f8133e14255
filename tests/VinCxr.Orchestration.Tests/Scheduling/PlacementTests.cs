using VinCxr.Orchestration.Scheduling;

namespace VinCxr.Orchestration.Tests.Scheduling;

public sealed class PlacementTests
{
    private static readonly PlacementLimits Limits = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));

    [Fact]
    public void Without_copies_anywhere_the_queue_order_decides()
    {
        var decision = Choose([Trial("a", "x"), Trial("b", "y")], Node("here"), Node("there"));

        Assert.Equal("a", decision.Chosen!.TrialId);
        Assert.Empty(decision.PassedOver);
    }

    [Fact]
    public void A_trial_whose_images_are_here_goes_first_among_equals()
    {
        var decision = Choose([Trial("a", "x"), Trial("b", "y")], Node("here", "y"));

        Assert.Equal("b", decision.Chosen!.TrialId);
        Assert.Equal([("a", null)], decision.PassedOver);
    }

    [Fact]
    public void Priority_goes_before_copies()
    {
        var decision = Choose([Trial("urgent", "x", priority: 90), Trial("b", "y")], Node("here", "y"));

        Assert.Equal("urgent", decision.Chosen!.TrialId);
    }

    [Fact]
    public void A_trial_waits_for_a_free_node_that_holds_its_images_and_not_longer_than_told()
    {
        var waits = Choose([Trial("a", "x")], Node("here"), Node("there", "x"));
        Assert.Null(waits.Chosen);
        Assert.Equal([("a", "there")], waits.PassedOver);

        var late = Choose([Trial("a", "x", passedOver: Limits.Wait)], Node("here"), Node("there", "x"));
        Assert.Equal("a", late.Chosen!.TrialId);
    }

    [Fact]
    public void Nobody_waits_for_a_busy_node()
    {
        var decision = Choose([Trial("a", "x")], Node("here"), Node("there", "x") with { HasFreeSlot = false });

        Assert.Equal("a", decision.Chosen!.TrialId);
    }

    [Fact]
    public void A_trial_that_nobody_holds_overtakes_one_that_waits_for_another_node()
    {
        var decision = Choose([Trial("a", "x"), Trial("b", "y")], Node("here"), Node("there", "x"));

        Assert.Equal("b", decision.Chosen!.TrialId);
        Assert.Equal([("a", "there")], decision.PassedOver);
    }

    [Fact]
    public void Nobody_is_passed_over_for_ever()
    {
        var decision = Choose([Trial("a", "x", passedOver: Limits.Fairness), Trial("b", "y")], Node("here", "y"));

        Assert.Equal("a", decision.Chosen!.TrialId);
    }

    private static PlacementDecision Choose(PlacementCandidate[] runnable, PlacementNode node, params PlacementNode[] others) =>
        Placement.Choose(runnable, node, others, Limits);

    private static PlacementCandidate Trial(string id, string prepared, int priority = 50, TimeSpan passedOver = default) => new(id, priority, prepared, passedOver);

    private static PlacementNode Node(string name, params string[] held) => new(name, held.ToHashSet(), HasFreeSlot: true);
}
