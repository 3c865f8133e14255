using VinCxr.Contracts.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Durable directory of sweeps, in order of submission.</summary>
public sealed record RegistryDocument
{
    public IReadOnlyList<RegistryEntry> Sweeps { get; init; } = [];
}

/// <param name="Key">Idempotency key, or null.</param>
/// <param name="Final">The last summary of an ended sweep.</param>
public sealed record RegistryEntry(string Id, string Name, string Queue, string? Key, SweepSummary? Final);
