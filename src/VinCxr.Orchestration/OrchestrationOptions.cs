using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration;

/// <summary>What grains need to know of their cluster.</summary>
public sealed record OrchestrationOptions
{
    /// <summary>A lease that was not renewed for this long is lost. Agents renew every third of it, and at least every two seconds.</summary>
    public TimeSpan LeaseTtl { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often an unfinished sweep looks at its trials and shards on its own, besides being told.</summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bootstrap rounds behind a variant's interval.</summary>
    public int BootstrapResamples { get; init; } = 200;

    /// <summary>How long a trial waits for a free node that holds its images before another node fetches them.</summary>
    public TimeSpan PlacementWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long trials of equal priority may go first because their images lie where the slot is free.</summary>
    public TimeSpan PlacementFairness { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a trial waits after an error of its own.</summary>
    public RetryBackoff RetryBackoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>This run of the cluster, the same for all of its silos.</summary>
    public string Incarnation { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// True when no two clusters can run on the store at once: leases of any other incarnation belong to a dead cluster and are recovered at once
    /// instead of after their ttl.
    /// </summary>
    public bool IsSoleOwner { get; init; }
}
