using VinCxr.Contracts.Sweeps;

namespace VinCxr.Contracts.Leaderboards;

/// <summary>Ensembles of one sweep. Key: sweep id.</summary>
[Alias("vincxr.IEnsembleGrain")]
public interface IEnsembleGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<EnsembleRow[]> GetAsync();

    /// <summary>Selects members in the background and reports to the leaderboard; the newest request wins.</summary>
    [Alias("Build")]
    Task BuildAsync(EnsembleRequest request);
}

/// <param name="Fingerprint">Hash of everything the result depends on; an equal one is answered from what is stored.</param>
/// <param name="BestVariantMap40">Score to beat.</param>
[GenerateSerializer, Immutable, Alias("vincxr.EnsembleRequest")]
public sealed record EnsembleRequest(
    [property: Id(0)] string Fingerprint, [property: Id(1)] SweepResults Results, [property: Id(2)] double BestVariantMap40);

/// <param name="Error">Why nothing was built, or null.</param>
[GenerateSerializer, Immutable, Alias("vincxr.EnsembleReport")]
public sealed record EnsembleReport([property: Id(0)] string Fingerprint, [property: Id(1)] EnsembleRow[] Ensembles, [property: Id(2)] string? Error);
