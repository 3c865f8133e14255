using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Cli.Cluster;

/// <summary>Finds what people name: a sweep by name or id, an ensemble by id or by its sweep.</summary>
internal static class Lookup
{
    public static ISweepRegistryGrain Registry(this IGrainFactory grains) => grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);

    /// <exception cref="NotFoundException">No such sweep; the message names those that exist.</exception>
    public static async Task<ISweepGrain> SweepAsync(this IGrainFactory grains, string nameOrId) =>
        grains.GetGrain<ISweepGrain>(await grains.SweepIdAsync(nameOrId));

    public static async Task<string> SweepIdAsync(this IGrainFactory grains, string nameOrId)
    {
        if (await grains.Registry().ResolveAsync(nameOrId) is { } id)
        {
            return id;
        }

        SweepSummary[] known = await grains.Registry().ListAsync();
        throw new NotFoundException(known.Length == 0
            ? $"no sweep '{nameOrId}': this store has no sweeps yet, see 'vincxr sweep submit --help'"
            : $"no sweep '{nameOrId}', known are {string.Join(", ", known.Take(10).Select(s => $"{s.Name} ({s.Id})"))}");
    }

    public static async Task<Leaderboard> LeaderboardAsync(this IGrainFactory grains, string sweep) =>
        await grains.GetGrain<ILeaderboardGrain>(await grains.SweepIdAsync(sweep)).GetAsync();

    /// <exception cref="NotFoundException">No such trial.</exception>
    public static async Task<TrialDetails> TrialAsync(this IGrainFactory grains, string id) => await grains.GetGrain<ITrialGrain>(id).GetAsync();

    /// <summary>The ensemble with this id, or the best one of the sweep with this name or id.</summary>
    /// <exception cref="NotFoundException">Neither exists, or the sweep has no ensembles yet.</exception>
    public static async Task<(Leaderboard Board, EnsembleRow Ensemble)> EnsembleAsync(this IGrainFactory grains, string ensembleOrSweep)
    {
        if (await grains.Registry().ResolveAsync(ensembleOrSweep) is { } sweep)
        {
            Leaderboard board = await grains.GetGrain<ILeaderboardGrain>(sweep).GetAsync();
            return board.Ensembles.Length > 0
                ? (board, board.Ensembles[0])
                : throw new NotFoundException($"sweep '{ensembleOrSweep}' has no ensembles yet, they come when its first variants end; see 'vincxr sweep show {ensembleOrSweep}'");
        }

        foreach (SweepSummary summary in await grains.Registry().ListAsync())
        {
            Leaderboard board = await grains.GetGrain<ILeaderboardGrain>(summary.Id).GetAsync();
            if (board.Ensembles.FirstOrDefault(e => e.Id == ensembleOrSweep) is { } ensemble)
            {
                return (board, ensemble);
            }
        }

        throw new NotFoundException($"no sweep or ensemble '{ensembleOrSweep}', see 'vincxr sweep ls' and 'vincxr leaderboard SWEEP --ensembles'");
    }
}
