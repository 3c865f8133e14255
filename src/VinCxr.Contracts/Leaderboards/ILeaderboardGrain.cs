namespace VinCxr.Contracts.Leaderboards;

/// <summary>Ranking of a sweep's variants and ensembles, kept current while trials run. Key: sweep id.</summary>
[Alias("vincxr.ILeaderboardGrain")]
public interface ILeaderboardGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<Leaderboard> GetAsync();
}

/// <param name="IsComplete">True when the sweep has ended and ensembles are built on all of its trials.</param>
[GenerateSerializer, Immutable, Alias("vincxr.Leaderboard")]
public sealed record Leaderboard(
    [property: Id(0)] string SweepId,
    [property: Id(1)] string SweepName,
    [property: Id(2)] string DatasetVersion,
    [property: Id(3)] string SpecHash,
    [property: Id(4)] bool IsComplete,
    [property: Id(5)] VariantRow[] Variants,
    [property: Id(6)] EnsembleRow[] Ensembles);

/// <param name="Rank">1-based; variants tied with the one above share its rank.</param>
/// <param name="Map40">Mean over finished folds; with the No finding class if the data set has one.</param>
/// <param name="Map40Findings">The same mean over the finding classes only.</param>
/// <param name="Low">2.5 % bootstrap quantile of the mean.</param>
/// <param name="TiedWithBest">True when the interval overlaps the best variant's.</param>
[GenerateSerializer, Immutable, Alias("vincxr.VariantRow")]
public sealed record VariantRow(
    [property: Id(0)] int Rank,
    [property: Id(1)] string Variant,
    [property: Id(2)] string Description,
    [property: Id(3)] double Map40,
    [property: Id(4)] double Map40Findings,
    [property: Id(5)] double Low,
    [property: Id(6)] double High,
    [property: Id(7)] bool TiedWithBest,
    [property: Id(8)] FoldRow[] Folds,
    [property: Id(9)] ClassRow[] PerClass);

[GenerateSerializer, Immutable, Alias("vincxr.FoldRow")]
public sealed record FoldRow([property: Id(0)] int Fold, [property: Id(1)] double Map40, [property: Id(2)] string Trial);

/// <param name="Ap">AP over pooled out-of-fold predictions, or null without ground truth.</param>
[GenerateSerializer, Immutable, Alias("vincxr.ClassRow")]
public sealed record ClassRow([property: Id(0)] int ClassId, [property: Id(1)] string ClassName, [property: Id(2)] double? Ap);

/// <param name="Map40">mAP@0.4 of the fused out-of-fold predictions, mean over folds as for variants.</param>
/// <param name="NestedMap40">Mean over folds when members are selected without the fold they are scored on.</param>
/// <param name="Members">Variant ids in order of choice; repeats weigh more.</param>
/// <param name="BeatsBestVariant">True when the nested score (or the plain one without it) is above the best single variant.</param>
[GenerateSerializer, Immutable, Alias("vincxr.EnsembleRow")]
public sealed record EnsembleRow(
    [property: Id(0)] string Id,
    [property: Id(1)] string Method,
    [property: Id(2)] double Map40,
    [property: Id(3)] double? NestedMap40,
    [property: Id(4)] string[] Members,
    [property: Id(5)] bool BeatsBestVariant,
    [property: Id(6)] string? PredictionsBlob);
