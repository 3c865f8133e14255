using VinCxr.Contracts.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Told of sweeps that end by the silo that holds the registry. Any number may be registered.</summary>
public interface ISweepEndListener
{
    /// <summary>
    /// What has to be remembered is durable when it returns; only then does the registry note the end. The same end may be told again after a crash or
    /// an error.
    /// </summary>
    /// <exception cref="VinCxr.Core.StoreException">It cannot be remembered now.</exception>
    Task SweepEndedAsync(SweepSummary sweep);
}
