using VinCxr.Contracts.Leaderboards;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Newest computed leaderboard. Rows carry the fingerprint of what they were computed from, so that only changed ones are computed again.</summary>
public sealed record LeaderboardDocument
{
    public Leaderboard? Board { get; init; }

    /// <summary>Variant id to fingerprint of its trials.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints { get; init; } = new Dictionary<string, string>();

    /// <summary>Fingerprint of the ensembles on the board, or null.</summary>
    public string? EnsemblesFingerprint { get; init; }

    public string? EnsemblesError { get; init; }
}

public sealed record EnsembleDocument
{
    public string? Fingerprint { get; init; }

    public IReadOnlyList<EnsembleRow> Ensembles { get; init; } = [];

    public string? Error { get; init; }
}
