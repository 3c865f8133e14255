using VinCxr.Contracts.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Durable directory of sweeps, in order of submission.</summary>
public sealed record RegistryDocument
{
    public IReadOnlyList<RegistryEntry> Sweeps { get; init; } = [];
}

/// <param name="Key">Idempotency key, or null.</param>
/// <param name="Final">The last summary of an ended sweep.</param>
/// <param name="Creating">What the sweep is to be created from, until it is: from here on it exists, whatever crashes.</param>
/// <param name="SpecHash">Hash of the file as it was submitted; null in entries of versions that did not keep it.</param>
public sealed record RegistryEntry(
    string Id, string Name, string Queue, string? Key, SweepSummary? Final, CreateSweep? Creating = null, string? SpecHash = null);
