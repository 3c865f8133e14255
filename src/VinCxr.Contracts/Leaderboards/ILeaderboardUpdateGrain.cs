namespace VinCxr.Contracts.Leaderboards;

/// <summary>What other grains tell a leaderboard. Key: sweep id, same activation as <see cref="ILeaderboardGrain"/>.</summary>
[Alias("vincxr.ILeaderboardUpdateGrain")]
public interface ILeaderboardUpdateGrain : IGrainWithStringKey
{
    /// <summary>Asks for a recomputation in the background; requests that come while one runs, or soon after, are merged.</summary>
    [Alias("Refresh")]
    Task RefreshAsync();

    /// <summary>As <see cref="RefreshAsync"/>, but without a pause: no further trial will run, and the sweep waits for it to end.</summary>
    [Alias("Finish")]
    Task FinishAsync();

    /// <summary>The ensembles for one set of trials are built, or failed to.</summary>
    [Alias("EnsemblesBuilt")]
    Task EnsemblesBuiltAsync(EnsembleReport report);
}

/// <param name="IsComplete">True when it covers all trials of an ended sweep and their ensembles.</param>
/// <param name="Note">One line for the decision log, or null.</param>
[GenerateSerializer, Alias("vincxr.LeaderboardReport")]
public sealed record LeaderboardReport([property: Id(0)] double? BestMap40, [property: Id(1)] bool IsComplete, [property: Id(2)] string? Note);
