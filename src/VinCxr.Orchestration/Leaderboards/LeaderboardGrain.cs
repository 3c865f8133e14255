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
internal sealed class LeaderboardGrain : Grain, ILeaderboardGrain, ILeaderboardUpdateGrain, IDisposable
{
    private readonly IPersistentState<LeaderboardDocument> _state;
    private readonly IStore _store;
    private readonly LabelSource _labels;
    private readonly OrchestrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LeaderboardGrain> _logger;
    private readonly VariantRowStore _rows;
    private readonly Pace _pace;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private VariantRow[] _ranked = [];
    private bool _refreshAgain;
    private bool _refreshing;

    public LeaderboardGrain(
        [PersistentState("leaderboard")] IPersistentState<LeaderboardDocument> state, IStore store, LabelSource labels, OrchestrationOptions options,
        TimeProvider time, ILogger<LeaderboardGrain> logger)
    {
        _state = state;
        _store = store;
        _labels = labels;
        _options = options;
        _time = time;
        _logger = logger;
        _rows = new VariantRowStore(store.Documents, this.GetPrimaryKeyString());
        _pace = new Pace(time);
    }

    private string Id => this.GetPrimaryKeyString();

    private ISweepCoordinationGrain Sweep => GrainFactory.GetGrain<ISweepCoordinationGrain>(Id);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_state.State.Board is { } board)
        {
            await _rows.LoadAsync();
            _rows.Adopt(board.Variants.Select(v => new ScoredVariant(v, _state.State.Fingerprints.GetValueOrDefault(v.Variant, ""))));
            _ranked = VariantScoring.Rank(_rows.Rows.Values.Select(r => r.Row));
        }
    }

    public async Task<Leaderboard> GetAsync() =>
        _state.State.Board is { } board ? board with { Variants = _ranked } : Empty(await Sweep.GetResultsAsync());

    public Task RefreshAsync()
    {
        _refreshAgain = true;
        if (!_refreshing)
        {
            _refreshing = true;
            RefreshAllAsync().Forget(_logger, $"refreshing leaderboard {Id}");
        }

        return Task.CompletedTask;
    }

    public Task FinishAsync()
    {
        if (_refreshing)
        {
            _pace.Hurry();
        }

        return RefreshAsync();
    }

    public async Task EnsemblesBuiltAsync(EnsembleReport report)
    {
        await _gate.WaitAsync();
        try
        {
            if (_state.State.Board is { } board)
            {
                await _state.SaveAsync(_state.State with
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

        await FinishAsync();
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
                long started = _time.GetTimestamp();
                await RefreshOnceAsync();
                await _pace.PauseAsync(started);
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
        var known = new Dictionary<string, ScoredVariant>(_rows.Rows);
        LeaderboardReport report;
        try
        {
            report = await PublishAsync(results, await Task.Run(() => ScoreAsync(results, known)));
        }
        catch (VinCxrException error)
        {
            report = new LeaderboardReport(_ranked.FirstOrDefault()?.Map40, results.AllEnded, $"the leaderboard could not be computed: {error.Message}");
        }

        Sweep.LeaderboardChangedAsync(report).Forget(_logger, "telling the sweep");
    }

    /// <returns>Rows of variants whose trials changed.</returns>
    private async Task<List<ScoredVariant>> ScoreAsync(SweepResults results, Dictionary<string, ScoredVariant> known)
    {
        OutOfFold? data = null;
        List<ScoredVariant> changed = [];
        var trials = results.Succeeded.ToLookup(t => t.Variant);
        foreach (var variant in results.Variants.Where(v => trials.Contains(v.Id)))
        {
            TrialResult[] own = [.. trials[variant.Id]];
            string fingerprint = VariantScoring.FingerprintOf(own, _options.BootstrapResamples);
            if (known.GetValueOrDefault(variant.Id)?.Fingerprint != fingerprint)
            {
                data ??= await OutOfFold.LoadAsync(_store, _labels, results);
                changed.Add(new ScoredVariant(await VariantScoring.ScoreAsync(data, variant, own, _options.BootstrapResamples), fingerprint));
            }
        }

        return changed;
    }

    private async Task<LeaderboardReport> PublishAsync(SweepResults results, List<ScoredVariant> changed)
    {
        var candidates = EnsembleBuilder.CandidatesOf(results);
        string ensembles = StateJson.Hash(new { results.Ensemble, blobs = candidates.SelectMany(c => c).Select(t => t.PredictionsBlob).Order(StringComparer.Ordinal) });
        bool wantsEnsembles = candidates.Count >= 2;

        await _gate.WaitAsync();
        try
        {
            await _rows.SaveAsync(changed);

            // A variant whose trials were all taken up again has no score for now.
            var scored = results.Succeeded.Select(t => t.Variant).ToHashSet();
            _ranked = VariantScoring.Rank(_rows.Rows.Values.Select(r => r.Row).Where(r => scored.Contains(r.Variant)));
            double? best = _ranked.FirstOrDefault()?.Map40;
            bool current = !wantsEnsembles || _state.State.EnsemblesFingerprint == ensembles;
            bool complete = results.AllEnded && current;
            var rowsOfEnsembles = wantsEnsembles && _state.State.Board is { } board ? board.Ensembles : [];
            await _state.SaveAsync(_state.State with
            {
                Board = Empty(results) with { IsComplete = complete, Ensembles = rowsOfEnsembles },
                Fingerprints = new Dictionary<string, string>(),
            });
            if (!current)
            {
                var request = new EnsembleRequest(ensembles, results with { Variants = [], Succeeded = [.. candidates.SelectMany(c => c)] }, best ?? 0);
                await GrainFactory.GetGrain<IEnsembleGrain>(Id).BuildAsync(request);
            }

            return new LeaderboardReport(best, complete, complete ? Note(rowsOfEnsembles) : null);
        }
        finally
        {
            _gate.Release();
        }
    }

    private string Note(EnsembleRow[] rows) => (rows.FirstOrDefault(), _state.State.EnsemblesError) switch
    {
        (_, { } error) => $"no ensemble: {error}",
        (null, _) => "no ensemble: it needs two variants that finished every fold",
        ({ BeatsBestVariant: true } row, _) => $"ensemble {row.Id} of {string.Join(", ", row.Members)} beats the best variant: mAP@0.4 {row.NestedMap40 ?? row.Map40:0.0000}",
        ({ } row, _) => $"ensemble {row.Id} of {string.Join(", ", row.Members)} does not beat the best variant: mAP@0.4 {row.NestedMap40 ?? row.Map40:0.0000}",
    };
}
