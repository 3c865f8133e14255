using VinCxr.Contracts.Api;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Server.Api;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Cluster;

/// <summary>Finds what people name.</summary>
internal static class Lookup
{
    /// <summary>The control plane of a store that this process has open.</summary>
    public static IControlPlane Plane(this EmbeddedCluster cluster, TimeProvider clock) => new GrainControlPlane(cluster.Grains, cluster.Store, clock);

    /// <summary>The ensemble with this id, or the best one of the sweep with this name or id.</summary>
    /// <exception cref="NotFoundException">Neither exists, or the sweep has no ensembles yet.</exception>
    public static async Task<(Leaderboard Board, EnsembleRow Ensemble)> EnsembleAsync(
        this IControlPlane plane, string ensembleOrSweep, CancellationToken cancellationToken)
    {
        IReadOnlyList<SweepSummary> sweeps = await plane.ListSweepsAsync(cancellationToken);
        if (sweeps.Any(s => s.Id == ensembleOrSweep || s.Name == ensembleOrSweep))
        {
            Leaderboard board = await plane.GetLeaderboardAsync(ensembleOrSweep, cancellationToken);
            return board.Ensembles.Length > 0
                ? (board, board.Ensembles[0])
                : throw new NotFoundException($"sweep '{ensembleOrSweep}' has no ensembles yet, they come when its first variants end; see 'vincxr sweep show {ensembleOrSweep}'");
        }

        foreach (SweepSummary summary in sweeps)
        {
            Leaderboard board = await plane.GetLeaderboardAsync(summary.Id, cancellationToken);
            if (board.Ensembles.FirstOrDefault(e => e.Id == ensembleOrSweep) is { } ensemble)
            {
                return (board, ensemble);
            }
        }

        throw new NotFoundException($"no sweep or ensemble '{ensembleOrSweep}', see 'vincxr sweep ls' and 'vincxr leaderboard SWEEP --ensembles'");
    }
}
