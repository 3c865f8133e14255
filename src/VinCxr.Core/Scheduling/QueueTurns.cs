namespace VinCxr.Core.Scheduling;

/// <param name="Weight">Share it is owed relative to the others; positive.</param>
/// <param name="SlotsInUse">Slots its trials use.</param>
public sealed record QueueTurn(string Name, double Weight, double SlotsInUse);

/// <summary>Which queue is owed the next free slot (weighted fair sharing: the one with the least use for its weight).</summary>
public static class QueueTurns
{
    /// <summary>By slots in use over weight, ascending; among equals the heavier, then by name.</summary>
    public static IReadOnlyList<string> Order(IEnumerable<QueueTurn> queues) =>
    [
        .. queues.OrderBy(q => q.SlotsInUse / q.Weight).ThenByDescending(q => q.Weight).ThenBy(q => q.Name, StringComparer.Ordinal).Select(q => q.Name),
    ];
}
