using VinCxr.Contracts.Leaderboards;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Newest computed leaderboard without its rows, which lie in parts (<see cref="VariantRowStore"/>).</summary>
public sealed record LeaderboardDocument
{
    /// <summary>Its variants are empty, except in documents of versions that kept them here.</summary>
    public Leaderboard? Board { get; init; }

    /// <summary>Variant id to fingerprint of its trials, of versions that kept the rows here.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints { get; init; } = new Dictionary<string, string>();

    /// <summary>Fingerprint of the ensembles on the board, or null.</summary>
    public string? EnsemblesFingerprint { get; init; }

    public string? EnsemblesError { get; init; }
}

/// <summary>A computed row with the fingerprint of what it was computed from, so that only changed ones are computed again.</summary>
public sealed record ScoredVariant(VariantRow Row, string Fingerprint);

public sealed record EnsembleDocument
{
    public string? Fingerprint { get; init; }

    public IReadOnlyList<EnsembleRow> Ensembles { get; init; } = [];

    public string? Error { get; init; }
}
