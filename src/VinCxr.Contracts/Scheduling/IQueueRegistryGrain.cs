using Orleans.Concurrency;

namespace VinCxr.Contracts.Scheduling;

/// <summary>The queues and their limits, durable. Key: <see cref="Key"/>. The queue <c>default</c> always exists.</summary>
[Alias("vincxr.IQueueRegistryGrain")]
public interface IQueueRegistryGrain : IGrainWithStringKey
{
    const string Key = "default";

    /// <summary>All queues by name.</summary>
    [Alias("List"), AlwaysInterleave]
    Task<QueueSettings[]> ListAsync();

    /// <returns>The queue, or null.</returns>
    [Alias("Find"), AlwaysInterleave]
    Task<QueueSettings?> FindAsync(string name);

    /// <summary>Creates or changes a queue; it holds from the next lease on.</summary>
    /// <remarks>Refused with a <c>InvalidInputException</c>: a limit is not positive, or the name is none; all mistakes are listed.</remarks>
    [Alias("Set")]
    Task SetAsync(QueueSettings settings);

    /// <remarks>Refused with a <c>ConflictException</c>: it is <c>default</c>, or unfinished sweeps wait in it.</remarks>
    [Alias("Remove")]
    Task RemoveAsync(string name);

    /// <summary>Sorts queues by who is owed the next free slot: fewest slots in use for its weight first.</summary>
    /// <remarks>Every call counts as one slot for the first queue until that queue reports again, so that many free slots are shared out too.</remarks>
    [Alias("TakeTurns"), AlwaysInterleave]
    Task<string[]> TakeTurnsAsync(string[] queues);

    /// <summary>A queue's scheduler tells what its trials use, in slots. In memory only: it is repeated.</summary>
    [Alias("ReportUse"), AlwaysInterleave]
    Task ReportUseAsync(string queue, double slotsInUse);
}

/// <param name="Weight">Share of free slots among queues that have work waiting, relative to theirs; positive.</param>
/// <param name="Slots">Most slots its trials use at once (the quota); null is unlimited.</param>
/// <param name="UserSlots">Most slots the trials of one user use at once; null is unlimited.</param>
/// <param name="HalfLifeHours">Time after which a user's past use counts half in fair share.</param>
/// <param name="Preempts">Whether a waiting trial of higher priority takes the slot of a running one of lower priority.</param>
[GenerateSerializer, Alias("vincxr.QueueSettings")]
public sealed record QueueSettings(
    [property: Id(0)] string Name,
    [property: Id(1)] double Weight = 1,
    [property: Id(2)] double? Slots = null,
    [property: Id(3)] double? UserSlots = null,
    [property: Id(4)] double HalfLifeHours = 24,
    [property: Id(5)] bool Preempts = true);
