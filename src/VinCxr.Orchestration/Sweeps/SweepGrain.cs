using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// What people and other grains ask of a sweep. What the sweep does on its own is in the other part: every call here only records a wish
/// or a fact and lets <see cref="Advance"/> act on it.
/// </summary>
[GrainType("sweep")]
internal sealed partial class SweepGrain : Grain, ISweepGrain, ISweepCoordinationGrain, IDisposable
{
    private const int PageSize = 1000;

    private readonly IPersistentState<SweepDocument> _state;
    private readonly LabelSource _labels;
    private readonly OrchestrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SweepGrain> _logger;
    private readonly DecisionLog _decisions;
    private readonly TrialTable _trials = new();

    /// <summary>Held while the document changes: background work interleaves with calls.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    private SweepBlueprint? _blueprint;

    public SweepGrain(
        [PersistentState("sweep")] IPersistentState<SweepDocument> state, IStore store, LabelSource labels, OrchestrationOptions options, TimeProvider time,
        ILogger<SweepGrain> logger)
    {
        _state = state;
        _labels = labels;
        _options = options;
        _time = time;
        _logger = logger;
        _decisions = new DecisionLog(store.Logs, this.GetPrimaryKeyString(), time);
    }

    private SweepDocument State => _state.State;

    private string Id => this.GetPrimaryKeyString();

    private SweepBlueprint Blueprint => _blueprint ??= new SweepBlueprint(Id, State.Request ?? throw new NotFoundException(
        $"no sweep '{Id}'; 'vincxr sweep ls' lists them"));

    private SweepSpec Spec => Blueprint.Spec;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Request is null)
        {
            return;
        }

        foreach (var plan in State.Variants.SelectMany(Blueprint.TrialsOf))
        {
            try
            {
                _trials.Add(await Control(plan.TrialId).GetReportAsync(), plan.PreparedId);
            }
            catch (NotFoundException)
            {
                // Not planned before the last activation ended; Advance plans it unless the sweep has ended.
            }
        }

        Start();
    }

    public async Task<SweepSummary> CreateAsync(CreateSweep request)
    {
        if (State.Request is null)
        {
            _blueprint = new SweepBlueprint(Id, request);
            var (variants, exhausted) = Propose([]);
            await _state.SaveAsync(new SweepDocument
            {
                Request = request,
                SubmittedAt = _time.GetUtcNow(),
                Variants = variants,
                SearchExhausted = exhausted,
            });
            string submitted = $"submitted by {request.User ?? "nobody named"}: data set {Blueprint.DatasetReference}, spec sha256:{Blueprint.SpecHash}";
            await _decisions.AppendAsync([new Decision(DecisionKinds.Submitted, null, submitted), .. variants.Select(Proposed)]);
            Start();
        }

        return Summary();
    }

    public async Task<SweepDetails> GetAsync()
    {
        var request = State.Request;
        string specHash = Blueprint.SpecHash;
        var shards = await Task.WhenAll(_trials.PreparedIds().Select(id => GrainFactory.GetGrain<IShardGrain>(id).GetAsync()));
        return new SweepDetails(
            Summary(), request!.Yaml, specHash, request.DatasetVersion, State.Reason, shards.Sum(s => s.Made), shards.Sum(s => s.Total),
            VariantSummaries(), [.. _trials.All.Select(t => t.Summary)]);
    }

    public Task<SweepSummary> GetSummaryAsync()
    {
        _ = Blueprint;
        return Task.FromResult(Summary());
    }

    public Task<SweepResults> GetResultsAsync() => Task.FromResult(new SweepResults(
        Id, Spec.Name, Blueprint.DatasetReference, State.Request!.DatasetVersion, Blueprint.SpecHash, Blueprint.FoldsId, Spec.Folds.Count,
        StateJson.Write(Blueprint.ScoringLabels), Blueprint.Ensemble, VariantSummaries(), _trials.Succeeded(), NoneWillRun));

    public Task<DecisionLine[]> GetDecisionsAsync(long afterSequence)
    {
        _ = Blueprint;
        return _decisions.ReadAsync(afterSequence, PageSize);
    }

    public Task WakeAsync() => Task.CompletedTask;

    public Task<int> RetryAsync(bool cancelled) => throw new NotImplementedException();

    public Task<SweepSummary> ExtendAsync(string yaml) => throw new NotImplementedException();

    public Task PauseAsync() => ChangeAsync("pause", SweepState.Paused, "paused: no further trials start");

    public Task ResumeAsync() => ChangeAsync("resume", _trials.Leased().Length > 0 ? SweepState.Running : SweepState.Pending, "resumed");

    public Task StopAsync() => ChangeAsync("stop", SweepState.Stopping, "stopping: running trials finish, waiting ones are cancelled");

    public async Task CancelAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (State.IsEnded)
            {
                RefuseEnded("cancel", SweepState.Cancelled);
                return;
            }

            await _state.SaveAsync(State with { CancelRequested = true });
            await EndEarlyAsync(SweepState.Cancelled, "cancelled by request");
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task TrialChangedAsync(TrialReport report)
    {
        if (State.IsEnded || _trials.Update(report) is not { } before)
        {
            return;
        }

        if (report.Summary.State == TrialState.Running && report.Curve.Length > 0 && !report.Curve.SequenceEqual(before.Curve))
        {
            await ApplyStoppingRuleAsync(report);
        }

        if (report.Summary.State.IsEnded() && !before.Summary.State.IsEnded())
        {
            await _decisions.AppendAsync(new Decision(DecisionKinds.Ended, report.Summary.Id, Describe(report.Summary)));
            if (report.Summary.State == TrialState.Succeeded)
            {
                Leaderboard.RefreshAsync().Forget(_logger, "refreshing the leaderboard");
            }
        }

        if (report.Summary.State != before.Summary.State)
        {
            Advance();
        }
    }

    public async Task LeaderboardChangedAsync(LeaderboardReport report)
    {
        await _gate.WaitAsync();
        try
        {
            if (State.IsEnded)
            {
                return;
            }

            if (report.IsComplete && NoneWillRun)
            {
                bool failed = _trials.All.Any(t => t.Summary.State == TrialState.Failed);
                string? reason = failed ? $"{_trials.All.Count(t => t.Summary.State == TrialState.Failed)} of {_trials.Count} trials failed"
                    : State.State == SweepState.Stopping ? "stopped by request" : null;
                if (report.Note is not null)
                {
                    await _decisions.AppendAsync(new Decision(DecisionKinds.Note, null, report.Note));
                }

                await EndAsync(State with { BestMap40 = report.BestMap40 }, failed ? SweepState.Failed : SweepState.Succeeded, reason);
            }
            else if (report.BestMap40 != State.BestMap40)
            {
                await _state.SaveAsync(State with { BestMap40 = report.BestMap40 });
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static Decision Proposed(Variant variant) => new(DecisionKinds.Proposed, null, $"proposed {variant.Id}: {variant.Describe()}");

    private static string Describe(TrialSummary trial)
    {
        string score = trial.Map40 is { } map ? $", mAP@0.4 {map:0.0000}" : "";
        return $"trial {trial.Id} {trial.State.ToString().ToLowerInvariant()} at epoch {trial.Epoch} of {trial.Epochs}{score}{(trial.Reason is null ? "" : $": {trial.Reason}")}";
    }

    private async Task ChangeAsync(string verb, SweepState next, string decision)
    {
        _ = Blueprint;
        await _gate.WaitAsync();
        try
        {
            if (State.IsEnded)
            {
                RefuseEnded(verb, next);
                return;
            }

            bool nothingToResume = verb == "resume" && State.State != SweepState.Paused;
            bool isStopping = State.State == SweepState.Stopping;
            if (State.State == next || nothingToResume || (isStopping && verb != "stop"))
            {
                return;
            }

            await _state.SaveAsync(State with { State = next });
            await _decisions.AppendAsync(new Decision(DecisionKinds.Steered, null, decision));
        }
        finally
        {
            _gate.Release();
        }

        Advance();
    }

    private void RefuseEnded(string verb, SweepState wanted)
    {
        if (State.State != wanted)
        {
            throw new ConflictException($"sweep '{Id}' cannot {verb}: it ended {State.State} at {State.EndedAt:u}");
        }
    }

    private SweepSummary Summary() => new(
        Id, Spec.Name, State.State, State.Request!.DatasetName, State.Variants.Count * Spec.Folds.Count,
        _trials.All.Count(t => t.Summary.State.IsEnded()), _trials.All.Count(t => t.Summary.State == TrialState.Failed), State.BestMap40,
        State.SubmittedAt, State.EndedAt);

    private VariantSummary[] VariantSummaries() => [.. State.Variants.Select(v => new VariantSummary(v.Id, SweepBlueprint.Describe(v), v.Describe()))];

    private ITrialControlGrain Control(string trialId) => GrainFactory.GetGrain<ITrialControlGrain>(trialId);

    private ILeaderboardUpdateGrain Leaderboard => GrainFactory.GetGrain<ILeaderboardUpdateGrain>(Id);
}
