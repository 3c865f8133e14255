using VinCxr.Contracts.Scheduling;
using VinCxr.Core.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>
/// One sweep's word, corrected by leases given since: its word may be older than the newest lease, and counting that trial as waiting would start
/// more than <c>max_concurrent</c>.
/// </summary>
internal sealed class QueuedSweep
{
    private readonly Dictionary<string, long> _leasedSince;
    private readonly HashSet<string> _running;
    private readonly HashSet<string> _unsure = [];
    private readonly List<TrialLine> _lines;

    /// <param name="before">What was known of the sweep, or null.</param>
    public QueuedSweep(SweepDemand demand, QueuedSweep? before)
    {
        Demand = demand;
        _running = [.. demand.Running];
        var epochs = demand.Waiting.ToDictionary(t => t.TrialId, t => t.LeaseEpoch);
        _leasedSince = before?._leasedSince.Where(l => epochs.TryGetValue(l.Key, out long epoch) && epoch < l.Value).ToDictionary() ?? [];
        Running = _running.Count + _leasedSince.Keys.Count(t => !_running.Contains(t));
        _lines = LinesOf(demand.Waiting);
        Placed = before?.Placed.Where(p => IsRunning(p.Key)).ToDictionary() ?? [];
        PassedOver = before?.PassedOver.Where(p => epochs.ContainsKey(p.Key) && !IsRunning(p.Key)).ToDictionary() ?? [];
    }

    public SweepDemand Demand { get; }

    /// <summary>Timestamp of its last word, or of the last time it was asked for one.</summary>
    public long HeardAt { get; set; }

    public string Id => Demand.SweepId;

    public string User => Demand.User ?? "";

    /// <summary>Trials under a lease.</summary>
    public int Running { get; private set; }

    /// <summary>
    /// Places under <c>max_concurrent</c> that are taken: trials under a lease, and those whose lease came to nothing since the sweep spoke last. Such a one
    /// is out of line for a moment, and must not find its place gone when it is back.
    /// </summary>
    public int Places => Running + _unsure.Count;

    /// <summary>Slots that its running trials use.</summary>
    public double Slots => Running * Demand.Gpus;

    /// <summary>Where trials went that were leased from here, by trial id; unknown for those leased before a restart.</summary>
    public Dictionary<string, Placement> Placed { get; }

    /// <summary>Trials that others were started before, by trial id.</summary>
    public Dictionary<string, Passing> PassedOver { get; }

    /// <summary>Its kinds of waiting trials, in the sweep's order of their first ones.</summary>
    public IEnumerable<TrialLine> Lines => _lines.Where(l => l.Count > 0);

    /// <summary>Waiting trials in the sweep's order.</summary>
    public IEnumerable<TrialDemand> Waiting => _lines.SelectMany(l => l.Ordered).OrderBy(t => t.Order).Select(t => t.Trial);

    /// <summary>Those whose turn is so far off that the sweep does not name them.</summary>
    public int Behind => Math.Max(0, Demand.WaitingTotal - Demand.Waiting.Length - Resting.Length);

    /// <summary>Those that wait out their time after an error.</summary>
    public RestingTrial[] Resting => Demand.Resting ?? [];

    public IEnumerable<string> RunningIds => _running.Concat(_leasedSince.Keys.Where(t => !_running.Contains(t)));

    public bool IsRunning(string trialId) => _running.Contains(trialId) || _leasedSince.ContainsKey(trialId);

    /// <summary>A lease is being given: the trial counts as running from now on.</summary>
    public void Lease(TrialDemand trial, Placement placement)
    {
        Drop(trial.TrialId);
        _leasedSince[trial.TrialId] = trial.LeaseEpoch + 1;
        Running += _running.Contains(trial.TrialId) ? 0 : 1;
        Placed[trial.TrialId] = placement;
    }

    /// <summary>The trial itself said which epoch it is.</summary>
    public void Confirm(string trialId, long leaseEpoch)
    {
        if (_leasedSince.ContainsKey(trialId))
        {
            _leasedSince[trialId] = leaseEpoch;
        }
    }

    /// <summary>The lease came to nothing. The trial waits again when its sweep says so.</summary>
    public void Undo(string trialId)
    {
        if (_leasedSince.Remove(trialId) && !_running.Contains(trialId))
        {
            Running--;
            _unsure.Add(trialId);
        }

        Placed.Remove(trialId);
    }

    private void Drop(string trialId)
    {
        PassedOver.Remove(trialId);
        _ = _lines.Exists(l => l.Remove(trialId));
    }

    private List<TrialLine> LinesOf(TrialDemand[] waiting)
    {
        Dictionary<(string, string?, int?, string?), TrialLine> kinds = [];
        List<TrialLine> lines = [];
        for (int order = 0; order < waiting.Length; order++)
        {
            var trial = waiting[order];
            if (IsRunning(trial.TrialId))
            {
                continue;
            }

            string? excluded = trial.ExcludedNodes is { Length: > 0 } nodes ? string.Join('\n', nodes) : null;
            var kind = (trial.PreparedId, trial.MemoryProfile, trial.MemoryMb, excluded);
            if (!kinds.TryGetValue(kind, out var line))
            {
                kinds[kind] = line = new TrialLine();
                lines.Add(line);
            }

            line.Add(order, trial);
        }

        return lines;
    }
}

/// <param name="Shares">Null where the agent chooses.</param>
internal sealed record Placement(string Node, IReadOnlyList<DeviceShare>? Shares);

/// <param name="Since">Timestamp of the first time.</param>
/// <param name="Kept">Node that is kept for it, or null.</param>
internal sealed record Passing(long Since, PassReason Reason, string? Node, string? Kept = null);
