using Orleans.Concurrency;

namespace VinCxr.Contracts.Sweeps;

/// <summary>Directory of all sweeps; one activation, key <see cref="Key"/>.</summary>
[Alias("vincxr.ISweepRegistryGrain")]
public interface ISweepRegistryGrain : IGrainWithStringKey
{
    const string Key = "default";

    /// <summary>Validates, expands and durably records a sweep before returning. The same key returns the sweep first submitted under it.</summary>
    [Alias("Submit")]
    Task<SweepSummary> SubmitAsync(SubmitSweep request);

    /// <summary>All sweeps, newest first.</summary>
    [Alias("List"), AlwaysInterleave]
    Task<SweepSummary[]> ListAsync();

    /// <returns>Id of the sweep with this id, or the newest with this name; null when there is none.</returns>
    [Alias("Resolve"), AlwaysInterleave]
    Task<string?> ResolveAsync(string nameOrId);

    /// <summary>Names of the queues that unfinished sweeps wait in; agents ask these for work.</summary>
    [Alias("GetActiveQueues"), AlwaysInterleave]
    Task<string[]> GetActiveQueuesAsync();

    /// <summary>Activates every unfinished sweep, so that work goes on after a restart.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>A sweep ended; its last summary is kept here so that listing needs no activation.</summary>
    [Alias("SweepEnded"), AlwaysInterleave]
    Task SweepEndedAsync(SweepSummary summary);

    /// <summary>A sweep that may have ended goes on, maybe in another queue; durable before this returns.</summary>
    [Alias("SweepReopened"), AlwaysInterleave]
    Task SweepReopenedAsync(string sweepId, string queue);
}

/// <param name="Yaml">The sweep file's text.</param>
/// <param name="Key">Idempotency key, or null.</param>
/// <param name="ForkOf">Sweep (id or name) or trial id whose checkpoints the new sweep's trials go on from, fold by fold; or null.</param>
[GenerateSerializer, Alias("vincxr.SubmitSweep")]
public sealed record SubmitSweep([property: Id(0)] string Yaml, [property: Id(1)] string? Key = null, [property: Id(2)] string? User = null, [property: Id(3)] string? ForkOf = null);
