using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Sweeps;

/// <summary>What other grains tell and ask a sweep; people use <see cref="ISweepGrain"/>. Key: sweep id, same activation.</summary>
[Alias("vincxr.ISweepCoordinationGrain")]
public interface ISweepCoordinationGrain : IGrainWithStringKey
{
    /// <summary>Durably records the sweep, then starts it in the background. Calling again with the same id returns what stands.</summary>
    [Alias("Create")]
    Task<SweepSummary> CreateAsync(CreateSweep request);

    [Alias("GetSummary")]
    Task<SweepSummary> GetSummaryAsync();

    /// <summary>What leaderboards and ensembles are computed from.</summary>
    [Alias("GetResults")]
    Task<SweepResults> GetResultsAsync();

    /// <summary>Activates the sweep so that it goes on after a restart.</summary>
    [Alias("Wake")]
    Task WakeAsync();

    /// <summary>A trial changed state or reported a score. Repeats and reordering do no harm.</summary>
    [Alias("TrialChanged")]
    Task TrialChangedAsync(TrialReport report);

    /// <summary>The leaderboard was recomputed.</summary>
    [Alias("LeaderboardChanged")]
    Task LeaderboardChangedAsync(LeaderboardReport report);
}

/// <param name="ForkOf">A trial of the variant whose checkpoints its trials go on from, fold by fold; or null.</param>
[GenerateSerializer, Immutable, Alias("vincxr.CreateSweep")]
public sealed record CreateSweep(
    [property: Id(0)] string Yaml,
    [property: Id(1)] string DatasetName,
    [property: Id(2)] string DatasetVersion,
    [property: Id(3)] string? User,
    [property: Id(4)] string? ForkOf = null);

/// <param name="DatasetReference"><c>name@sha256:hex</c>, the version the sweep is pinned to.</param>
/// <param name="FoldsId">Document id of the folds.</param>
/// <param name="ScoringLabelsJson">The labels spec whose consensus is the truth of every score of this sweep.</param>
/// <param name="AllEnded">True when no further trial will run.</param>
[GenerateSerializer, Immutable, Alias("vincxr.SweepResults")]
public sealed record SweepResults(
    [property: Id(0)] string SweepId,
    [property: Id(1)] string SweepName,
    [property: Id(2)] string DatasetReference,
    [property: Id(3)] string DatasetVersion,
    [property: Id(4)] string SpecHash,
    [property: Id(5)] string FoldsId,
    [property: Id(6)] int Folds,
    [property: Id(7)] string ScoringLabelsJson,
    [property: Id(8)] EnsembleSettings Ensemble,
    [property: Id(9)] VariantSummary[] Variants,
    [property: Id(10)] TrialResult[] Succeeded,
    [property: Id(11)] bool AllEnded);

[GenerateSerializer, Immutable, Alias("vincxr.EnsembleSettings")]
public sealed record EnsembleSettings([property: Id(0)] string Method, [property: Id(1)] double Iou, [property: Id(2)] int MaxMembers);

/// <summary>A succeeded trial's place and stored out-of-fold predictions.</summary>
[GenerateSerializer, Immutable, Alias("vincxr.TrialResult")]
public sealed record TrialResult(
    [property: Id(0)] string TrialId,
    [property: Id(1)] string Variant,
    [property: Id(2)] int Fold,
    [property: Id(3)] double Map40,
    [property: Id(4)] double Map40Findings,
    [property: Id(5)] string PredictionsBlob);
