using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Scheduling;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// What people and other grains ask of a sweep. What the sweep does on its own is in the other parts: every call here only records a wish
/// or a fact and lets <see cref="Advance"/> act on it.
/// </summary>
[GrainType("sweep")]
internal sealed partial class SweepGrain : Grain, ISweepGrain, ISweepCoordinationGrain, IDisposable
{
    private const int PageSize = 1000;

    private readonly IPersistentState<SweepDocument> _state;
    private readonly IStore _store;
    private readonly LabelSource _labels;
    private readonly OrchestrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SweepGrain> _logger;
    private readonly DecisionLog _decisions;
    private readonly CurveLog _curves;
    private readonly SweepJournal _journal;
    private readonly List<Variant> _variants = [];
    private readonly List<VariantSummary> _variantSummaries = [];

    /// <summary>Held while the document changes: background work interleaves with calls.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    private SweepBlueprint? _blueprint;
    private TrialTable? _table;

    public SweepGrain(
        [PersistentState("sweep")] IPersistentState<SweepDocument> state, IStore store, LabelSource labels, OrchestrationOptions options, TimeProvider time,
        ILogger<SweepGrain> logger)
    {
        _state = state;
        _store = store;
        _labels = labels;
        _options = options;
        _time = time;
        _logger = logger;
        _decisions = new DecisionLog(store.Logs, this.GetPrimaryKeyString(), time);
        _curves = new CurveLog(store.Logs, this.GetPrimaryKeyString());
        _journal = new SweepJournal(_decisions, _curves);
    }

    private SweepDocument State => _state.State;

    private string Id => this.GetPrimaryKeyString();

    private SweepBlueprint Blueprint => _blueprint ??= new SweepBlueprint(Id, State.Request ?? throw new NotFoundException(
        $"no sweep '{Id}'; 'vincxr sweep ls' lists them"));

    private SweepSpec Spec => Blueprint.Spec;

    private TrialTable Trials => _table ??= new TrialTable(Spec.Folds.Count);

    public async Task<SweepSummary> CreateAsync(CreateSweep request)
    {
        if (State.Request is null)
        {
            _blueprint = new SweepBlueprint(Id, request);
            int wanted = WantedVariants();
            var (variants, exhausted) = NextVariants([], wanted);
            await _state.SaveAsync(new SweepDocument
            {
                Request = request,
                SubmittedAt = _time.GetUtcNow(),
                Proposed = variants.Count,
                SearchExhausted = exhausted,
            });
            _journal.Add(Submitted());
            _journal.Insert(1, variants.Select((v, i) => Proposed(i, v, [], wanted)));
            AddVariants(variants);
        }

        await _journal.FlushAsync();
        Start();
        return Summary();
    }

    public async Task<SweepDetails> GetAsync()
    {
        var request = State.Request;
        string specHash = Blueprint.SpecHash;
        var shards = await Task.WhenAll(Trials.PreparedIds.Select(id => GrainFactory.GetGrain<IShardGrain>(id).GetAsync()));
        return new SweepDetails(
            Summary(), request!.Yaml, specHash, request.DatasetVersion, State.Reason, shards.Sum(s => s.Made), shards.Sum(s => s.Total),
            [.. _variantSummaries], [.. Trials.Rows.Select(t => t.Report.Summary)], Spec.Resources.Priority, Trials.SlotSeconds / SecondsPerHour,
            Spec.Budget.GpuHours, request.ForkOf);
    }

    public Task<SweepSummary> GetSummaryAsync()
    {
        _ = Blueprint;
        return Task.FromResult(Summary());
    }

    public Task<SweepResults> GetResultsAsync() => Task.FromResult(new SweepResults(
        Id, Spec.Name, Blueprint.DatasetReference, State.Request!.DatasetVersion, Blueprint.SpecHash, Blueprint.FoldsId, Spec.Folds.Count,
        StateJson.Write(Blueprint.ScoringLabels), Blueprint.Ensemble, [.. _variantSummaries], Succeeded(), NoneWillRun));

    public Task<DecisionLine[]> GetDecisionsAsync(long afterSequence)
    {
        _ = Blueprint;
        return _decisions.ReadAsync(afterSequence, PageSize);
    }

    /// <summary>A registry that did not hear of the end is told again; a sweep that goes on looks after itself anew, and so speaks to its queue.</summary>
    public Task WakeAsync()
    {
        if (State.IsEnded)
        {
            return Registry.SweepEndedAsync(Summary());
        }

        if (State.Request is not null)
        {
            _reconcileTimer?.Dispose();
            _reconcileTimer = null;
            Start();
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _gate.Dispose();

    private SweepSummary Summary() => new(
        Id, Spec.Name, State.State, State.Request!.DatasetName, Trials.Count, Trials.Ended, Trials.CountOf(TrialState.Failed), State.BestMap40,
        State.SubmittedAt, State.EndedAt, Spec.Resources.Queue, State.Request.User, Trials.LeasedCount, State.Reason);

    private TrialResult[] Succeeded() =>
    [
        .. Trials.Rows.Select(r => r.Report).Where(t => t is { Summary.State: TrialState.Succeeded, PredictionsBlob: not null })
            .Select(t => new TrialResult(t.Summary.Id, t.Summary.Variant, t.Summary.Fold, t.Summary.Map40 ?? 0, t.Map40Findings ?? 0, t.PredictionsBlob!)),
    ];

    private void AddVariants(IReadOnlyList<Variant> variants)
    {
        foreach (var variant in variants)
        {
            _variants.Add(variant);
            _variantSummaries.Add(new VariantSummary(variant.Id, SweepBlueprint.Describe(variant), variant.Describe()));
            string prepared = Blueprint.PreparedIdOf(variant), memory = SweepBlueprint.MemoryProfileOf(variant);
            int? memoryMb = MemoryEstimate.OfTraining(variant.Settings.Model, variant.Settings.Train);
            foreach (var trial in Blueprint.PendingTrialsOf(variant))
            {
                Trials.Add(trial, prepared, memory, memoryMb);
            }
        }
    }

    private ITrialControlGrain Control(string trialId) => GrainFactory.GetGrain<ITrialControlGrain>(trialId);

    private ILeaderboardUpdateGrain Leaderboard => GrainFactory.GetGrain<ILeaderboardUpdateGrain>(Id);

    private ISweepRegistryGrain Registry => GrainFactory.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);
}
