namespace VinCxr.Orchestration.Scheduling;

/// <summary>A trial that could start now, in queue order.</summary>
/// <param name="PassedOver">How long it has been passed over for the sake of placement.</param>
internal sealed record PlacementCandidate(string TrialId, int Priority, string PreparedId, TimeSpan PassedOver = default);

/// <param name="Held">Ids of prepared sets that lie wholly in the node's cache.</param>
internal sealed record PlacementNode(string Name, IReadOnlySet<string> Held, bool HasFreeSlot);

/// <param name="Wait">How long a trial waits for a free node that holds its images.</param>
/// <param name="Fairness">How long trials of equal priority may go first because their images lie where the slot is free.</param>
internal sealed record PlacementLimits(TimeSpan Wait, TimeSpan Fairness);

/// <param name="Chosen">The trial to start, or null when all wait for other nodes.</param>
/// <param name="PassedOver">Trials before it in the queue, with the node that each waits for; null where it merely gave way.</param>
internal sealed record PlacementDecision(PlacementCandidate? Chosen, IReadOnlyList<(string TrialId, string? Node)> PassedOver);

/// <summary>Which trial a free slot of a node takes. Priority always comes first; among equals, images that need not be fetched.</summary>
internal static class Placement
{
    /// <param name="runnable">In queue order: priority, then submission.</param>
    /// <param name="node">Whose slot is free.</param>
    /// <param name="others">The other nodes.</param>
    public static PlacementDecision Choose(
        IReadOnlyList<PlacementCandidate> runnable, PlacementNode node, IReadOnlyList<PlacementNode> others, PlacementLimits limits)
    {
        PlacementCandidate[] equals = [.. runnable.TakeWhile(c => c.Priority == runnable[0].Priority)];
        var chosen = Array.Find(equals, c => c.PassedOver >= limits.Fairness)
            ?? Array.Find(equals, c => node.Held.Contains(c.PreparedId))
            ?? Array.Find(equals, c => c.PassedOver >= limits.Wait || BetterNode(c) is null);
        return new PlacementDecision(chosen, [.. equals.TakeWhile(c => c != chosen).Select(c => (c.TrialId, BetterNode(c)))]);

        string? BetterNode(PlacementCandidate candidate) => others.FirstOrDefault(o => o.HasFreeSlot && o.Held.Contains(candidate.PreparedId))?.Name;
    }
}
