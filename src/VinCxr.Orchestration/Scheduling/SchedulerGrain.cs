using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Core.Scheduling;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>
/// Hands out one queue's work: by priority, fair share between users, submission, then the sweep's own order, within every quota. What waits and runs
/// is derived, as sweeps repeat it, and the trial itself has the last word on whether it can be leased; past use and learned memory are durable.
/// </summary>
/// <remarks>
/// Calls interleave, so that many trials are recorded at once. A choice is reserved in the same breath in which it is made, before anything is awaited:
/// whoever comes next already sees it.
/// </remarks>
[GrainType("scheduler"), Reentrant]
internal sealed partial class SchedulerGrain : Grain, ISchedulerGrain, IWorkQueueGrain, IDisposable
{
    private readonly IPersistentState<SchedulerDocument> _state;
    private readonly IStore _store;
    private readonly OrchestrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SchedulerGrain> _logger;
    private readonly UseLedger _ledger;
    private readonly DemandBook _book;
    private readonly NodeBook _nodes;
    private readonly ShardBook _shards;
    private readonly HashSet<string> _draining = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unheard = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _peakMemory = new(StringComparer.Ordinal);
    private QueueSettings _settings = QueueRules.Default;
    private long _activatedAt;

    public SchedulerGrain(
        [PersistentState("scheduler")] IPersistentState<SchedulerDocument> state, IStore store, OrchestrationOptions options, TimeProvider time,
        ILogger<SchedulerGrain> logger)
    {
        _state = state;
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        _ledger = new UseLedger(time);
        _book = new DemandBook(_ledger);
        _nodes = new NodeBook(time);
        _shards = new ShardBook(GrainFactory, time);
    }

    private string Name => this.GetPrimaryKeyString();

    /// <summary>Slots may be in use that nothing here knows of yet, for sweeps have not spoken since a restart.</summary>
    private bool IsSettling => _unheard.Count > 0 && _time.GetElapsedTime(_activatedAt) < 2 * _options.ReconcileInterval;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _activatedAt = _time.GetTimestamp();
        await RefreshAsync();
        Restore();
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TickPeriod, TickPeriod) { Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await SaveIfChangedAsync();
        }
        catch (Exception error)
        {
            // Nothing is lost but the use of the last moments.
            LogNotSaved(Name, error.Message);
        }
    }

    public async Task<QueueSummary> GetAsync()
    {
        var nodes = await GrainFactory.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync();
        var reasons = new WaitingReasons(_settings, _ledger, _shards, nodes, _time, _options);
        List<WaitingTrial> waiting = [];
        int position = 0;
        List<SweepLine> lines = [];
        foreach (var sweep in _book.Levels.SelectMany(l => l.InOrder(_ledger.RankOf)))
        {
            int before = waiting.Count;
            foreach (var trial in sweep.Waiting)
            {
                string reason = IsSettling
                    ? $"the scheduler has restarted and waits for word of {_unheard.Count} sweep{(_unheard.Count == 1 ? "" : "s")}"
                    : reasons.Explain(sweep, trial, Needed(trial), _wishes.GetValueOrDefault(trial.TrialId), ++position);
                waiting.Add(new WaitingTrial(trial.TrialId, sweep.Demand.Priority, reason));
            }

            waiting.AddRange(sweep.Resting.Select(t => new WaitingTrial(t.TrialId, sweep.Demand.Priority, WaitingReasons.OfRest(t.Until))));
            int named = waiting.Count - before;
            lines.Add(new SweepLine(sweep.Id, sweep.Demand.Priority, sweep.Demand.User, sweep.Running, named + sweep.Behind, sweep.Behind));
        }

        return new QueueSummary(Name, _book.Leased, [.. waiting], _settings, _ledger.InUse, _ledger.Summary(), [.. lines]);
    }

    public Task SetDemandAsync(SweepDemand demand)
    {
        _book.Set(demand);
        _book.Find(demand.SweepId)?.HeardAt = _time.GetTimestamp();
        _unheard.Remove(demand.SweepId);
        foreach (var trial in demand.RunningTrials ?? [])
        {
            Learn(trial);
        }

        return Task.CompletedTask;
    }

    public Task<string[]> GetUpcomingAsync(int trials) => Task.FromResult<string[]>(
    [
        .. _book.Levels.SelectMany(l => l.InOrder(_ledger.RankOf)).Where(s => s.Demand.Hold is null).SelectMany(s => s.Waiting)
            .Where(t => _shards.IsComplete(t.PreparedId)).Take(trials).Select(t => t.PreparedId).Distinct(),
    ]);

    public async Task RefreshAsync()
    {
        var settings = GrainFactory.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key).FindAsync(Name);
        var nodes = GrainFactory.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync();
        _settings = await settings ?? QueueRules.Default with { Name = Name };
        _ledger.SetHalfLife(TimeSpan.FromHours(_settings.HalfLifeHours));
        var draining = (await nodes).Where(n => n.Draining).Select(n => n.Name).ToArray();
        _draining.Clear();
        _draining.UnionWith(draining);
    }

    public void Dispose() => _saving.Dispose();

    private int? Needed(TrialDemand trial) => LearnedMemory.Needed(
        trial.MemoryMb, trial.MemoryProfile is { } profile && _peakMemory.TryGetValue(profile, out double peak) ? peak : null);

    private void Learn(RunningTrial trial)
    {
        bool isNews = trial is { MemoryProfile: { } profile, PeakMemoryMb: { } peak } && peak > _peakMemory.GetValueOrDefault(profile);
        if (isNews)
        {
            _peakMemory[trial.MemoryProfile!] = trial.PeakMemoryMb!.Value;
            _isChanged = true;
        }
    }
}
