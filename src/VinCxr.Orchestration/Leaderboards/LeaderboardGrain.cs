using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Recomputes changed rows on the thread pool as trials finish, orders ensembles, and tells the sweep.</summary>
[GrainType("leaderboard")]
internal sealed class LeaderboardGrain(
    [PersistentState("leaderboard")] IPersistentState<LeaderboardDocument> state, IStore store, LabelSource labels, OrchestrationOptions options,
    ILogger<LeaderboardGrain> logger) : Grain, ILeaderboardGrain, ILeaderboardUpdateGrain, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _refreshAgain;
    private bool _refreshing;

    private string Id => this.GetPrimaryKeyString();

    private ISweepCoordinationGrain Sweep => GrainFactory.GetGrain<ISweepCoordinationGrain>(Id);

    public async Task<Leaderboard> GetAsync()
    {
        if (state.State.Board is { } board)
        {
            return board;
        }

        var results = await Sweep.GetResultsAsync();
        return Empty(results);
    }

    public Task RefreshAsync()
    {
        _refreshAgain = true;
        if (!_refreshing)
        {
            _refreshing = true;
            RefreshAllAsync().Forget(logger, $"refreshing leaderboard {Id}");
        }

        return Task.CompletedTask;
    }

    public async Task EnsemblesBuiltAsync(EnsembleReport report)
    {
        await _gate.WaitAsync();
        try
        {
            if (state.State.Board is { } board)
            {
                await state.SaveAsync(state.State with
                {
                    Board = board with { Ensembles = report.Ensembles },
                    EnsemblesFingerprint = report.Fingerprint,
                    EnsemblesError = report.Error,
                });
            }
        }
        finally
        {
            _gate.Release();
        }

        await RefreshAsync();
    }

    public void Dispose() => _gate.Dispose();

    private static Leaderboard Empty(SweepResults results) =>
        new(results.SweepId, results.SweepName, results.DatasetVersion, results.SpecHash, false, [], []);

    private async Task RefreshAllAsync()
    {
        await Task.Yield();
        try
        {
            while (_refreshAgain)
            {
                _refreshAgain = false;
                await RefreshOnceAsync();
            }
        }
        finally
        {
            _refreshing = false;
        }
    }

    private async Task RefreshOnceAsync()
    {
        var results = await Sweep.GetResultsAsync();
        var known = state.State;
        LeaderboardReport report;
        try
        {
            var (rows, fingerprints) = await Task.Run(() => ScoreAsync(results, known));
            report = await PublishAsync(results, rows, fingerprints);
        }
        catch (VinCxrException error)
        {
            report = new LeaderboardReport(known.Board?.Variants.FirstOrDefault()?.Map40, results.AllEnded, $"the leaderboard could not be computed: {error.Message}");
        }

        Sweep.LeaderboardChangedAsync(report).Forget(logger, "telling the sweep");
    }

    private async Task<(VariantRow[] Rows, Dictionary<string, string> Fingerprints)> ScoreAsync(SweepResults results, LeaderboardDocument known)
    {
        OutOfFold? data = null;
        List<VariantRow> rows = [];
        Dictionary<string, string> fingerprints = [];
        foreach (var variant in results.Variants)
        {
            var trials = results.Succeeded.Where(t => t.Variant == variant.Id).ToArray();
            if (trials.Length == 0)
            {
                continue;
            }

            string fingerprint = fingerprints[variant.Id] = VariantScoring.FingerprintOf(trials, options.BootstrapResamples);
            var unchanged = known.Fingerprints.GetValueOrDefault(variant.Id) == fingerprint
                ? known.Board?.Variants.FirstOrDefault(r => r.Variant == variant.Id)
                : null;
            if (unchanged is null)
            {
                data ??= await OutOfFold.LoadAsync(store, labels, results);
            }

            rows.Add(unchanged ?? await VariantScoring.ScoreAsync(data!, variant, trials, options.BootstrapResamples));
        }

        return (VariantScoring.Rank(rows), fingerprints);
    }

    private async Task<LeaderboardReport> PublishAsync(SweepResults results, VariantRow[] rows, Dictionary<string, string> fingerprints)
    {
        double? best = rows.Length > 0 ? rows[0].Map40 : null;
        var candidates = EnsembleBuilder.CandidatesOf(results);
        string ensembles = StateJson.Hash(new { results.Ensemble, blobs = candidates.SelectMany(c => c).Select(t => t.PredictionsBlob).Order(StringComparer.Ordinal) });
        bool wantsEnsembles = candidates.Count >= 2;

        await _gate.WaitAsync();
        try
        {
            bool current = !wantsEnsembles || state.State.EnsemblesFingerprint == ensembles;
            bool complete = results.AllEnded && current;
            var rowsOfEnsembles = wantsEnsembles && state.State.Board is { } board ? board.Ensembles : [];
            await state.SaveAsync(state.State with
            {
                Board = Empty(results) with { IsComplete = complete, Variants = rows, Ensembles = rowsOfEnsembles },
                Fingerprints = fingerprints,
            });
            if (!current)
            {
                await GrainFactory.GetGrain<IEnsembleGrain>(Id).BuildAsync(new EnsembleRequest(ensembles, results, best ?? 0));
            }

            return new LeaderboardReport(best, complete, complete ? Note(rowsOfEnsembles) : null);
        }
        finally
        {
            _gate.Release();
        }
    }

    private string Note(EnsembleRow[] rows) => (rows.FirstOrDefault(), state.State.EnsemblesError) switch
    {
        (_, { } error) => $"no ensemble: {error}",
        (null, _) => "no ensemble: it needs two variants that finished every fold",
        ({ BeatsBestVariant: true } row, _) => $"ensemble {row.Id} of {string.Join(", ", row.Members)} beats the best variant: mAP@0.4 {row.NestedMap40 ?? row.Map40:0.0000}",
        ({ } row, _) => $"ensemble {row.Id} of {string.Join(", ", row.Members)} does not beat the best variant: mAP@0.4 {row.NestedMap40 ?? row.Map40:0.0000}",
    };
}
