using VinCxr.Core.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>What a queue's scheduler must remember over a restart. What waits and runs is not here: sweeps repeat it.</summary>
public sealed record SchedulerDocument
{
    /// <summary>Decayed use by user; the empty name stands for all who gave none.</summary>
    public IReadOnlyDictionary<string, DecayedUse> Users { get; init; } = new Dictionary<string, DecayedUse>();

    /// <summary>Most memory that runs of a profile reported, MiB.</summary>
    public IReadOnlyDictionary<string, double> PeakMemoryMb { get; init; } = new Dictionary<string, double>();

    /// <summary>Sweeps that trials were started of: after a restart no slot is given before these have said what they use.</summary>
    public IReadOnlyList<string> Sweeps { get; init; } = [];
}
