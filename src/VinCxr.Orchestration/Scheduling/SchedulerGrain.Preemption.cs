using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Scheduling;
using VinCxr.Orchestration.Decisions;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Making room for waiting trials of higher priority.</summary>
internal sealed partial class SchedulerGrain
{
    /// <summary>Waiting trials that room is made for at once.</summary>
    private const int MostWishes = 16;

    /// <summary>A trial that yielded is left alone for this long, however often it is started again.</summary>
    private static readonly TimeSpan Spared = TimeSpan.FromMinutes(5);

    /// <summary>A yield that has not made room after this long is asked for again, or sought elsewhere.</summary>
    private static readonly TimeSpan YieldPatience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Wish> _wishes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _yielded = new(StringComparer.Ordinal);

    private INodeRegistryGrain NodeRegistry => GrainFactory.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

    private async Task PreemptAsync()
    {
        // After a restart, free nodes get the time to ask first.
        if (IsSettling || _time.GetElapsedTime(_activatedAt) < NodeBook.Fresh)
        {
            return;
        }

        var waiting = _settings.Preempts ? Preempting() : [];
        foreach (string gone in _wishes.Keys.Except(waiting.Select(w => w.Trial.TrialId)).ToArray())
        {
            _wishes.Remove(gone);
        }

        foreach (string spared in _yielded.Where(y => _time.GetElapsedTime(y.Value) > Spared).Select(y => y.Key).ToArray())
        {
            _yielded.Remove(spared);
        }

        if (waiting.Length > 0)
        {
            await MakeRoomAsync(waiting, await NodeRegistry.ListAsync());
        }
    }

    /// <summary>Waiting trials that only want for a slot or a quota, and go before something that runs; in order.</summary>
    private (QueuedSweep Sweep, TrialDemand Trial)[] Preempting()
    {
        int lowest = _book.Sweeps.Where(s => s.Running > 0).Select(s => s.Demand.Priority).DefaultIfEmpty(int.MaxValue).Min();
        return
        [
            .. _book.Levels.TakeWhile(l => l.Priority > lowest).SelectMany(l => l.InOrder(_ledger.RankOf)).Where(s => s.Demand.Hold is null)
                .SelectMany(s => s.Waiting.Where(t => _shards.IsComplete(t.PreparedId))
                    .Take(Math.Max(0, s.Demand.MaxConcurrent - s.Places)).Select(t => (s, t)))
                .Take(MostWishes),
        ];
    }

    private async Task MakeRoomAsync((QueuedSweep Sweep, TrialDemand Trial)[] waiting, NodeSummary[] nodes)
    {
        var there = WaitingReasons.There(nodes, _time).ToDictionary(n => n.Name, n => new StartNode(n.Name, WaitingReasons.DevicesOf(n)));
        var running = Running(there);
        var used = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (sweep, trial) in waiting)
        {
            if (!_wishes.TryGetValue(trial.TrialId, out var wish))
            {
                // A free node asks every half second; one that is there gets the chance to before anybody is disturbed.
                _wishes[trial.TrialId] = new Wish();
                continue;
            }

            var inputs = Inputs(sweep, trial, there, used, [.. running.Where(v => !_yielded.ContainsKey(v.TrialId))]);
            if (inputs.Nodes.FirstOrDefault(n => PreemptionRule.Fits(inputs, n, [])) is { } free)
            {
                there[free.Name] = free with { Devices = DeviceFit.Without(free.Devices, DeviceFit.Choose(free.Devices, sweep.Demand.Gpus, inputs.Trial.MemoryMb)!) };
                used[sweep.User] = used.GetValueOrDefault(sweep.User) + sweep.Demand.Gpus;
                continue;
            }

            await AskAsync(wish, inputs, running);
        }
    }

    private async Task AskAsync(Wish wish, PreemptionInputs inputs, Victim[] running)
    {
        if (wish.Victims.Count > 0 && _time.GetElapsedTime(wish.AskedAt) < YieldPatience)
        {
            return;
        }

        Victim[] slow = [.. running.Where(v => wish.Victims.Contains(v.TrialId))];
        if (slow.Length == 0)
        {
            var decision = PreemptionRule.Choose(inputs);
            (wish.Victims, wish.Node) = (decision.Victims, decision.Node);
            slow = [.. running.Where(v => decision.Victims.Contains(v.TrialId))];
            foreach (var victim in slow)
            {
                _yielded[victim.TrialId] = _time.GetTimestamp();
                string sweep = _book.Sweeps.First(s => s.IsRunning(victim.TrialId)).Id;
                await new DecisionLog(_store.Logs, sweep, _time).AppendAsync(new PreemptionRecord(inputs, decision).ToDecision(victim));
            }
        }

        wish.AskedAt = _time.GetTimestamp();
        await Task.WhenAll(slow.Select(v => GrainFactory.GetGrain<ITrialControlGrain>(v.TrialId).YieldAsync(
            $"makes room for {inputs.Trial.TrialId} of higher priority ({inputs.Trial.Priority} over {v.Priority})")));
    }

    private PreemptionInputs Inputs(
        QueuedSweep sweep, TrialDemand trial, Dictionary<string, StartNode> there, Dictionary<string, double> used, Victim[] running) => new(
            new PreemptingTrial(trial.TrialId, sweep.Demand.Priority, sweep.Demand.User, sweep.Demand.Gpus, Needed(trial)),
            _settings.Slots, _ledger.InUse + used.Values.Sum(), _settings.UserSlots, _ledger.SlotsOf(sweep.User) + used.GetValueOrDefault(sweep.User),
            [.. there.Values.Where(n => trial.ExcludedNodes?.Contains(n.Name) is not true).OrderBy(n => n.Name, StringComparer.Ordinal)],
            running);

    private Victim[] Running(Dictionary<string, StartNode> there)
    {
        List<Victim> victims = [];
        foreach (var sweep in _book.Sweeps)
        {
            var reported = (sweep.Demand.RunningTrials ?? []).ToDictionary(t => t.TrialId);
            foreach (string trial in sweep.RunningIds)
            {
                var known = reported.GetValueOrDefault(trial);
                var placed = sweep.Placed.GetValueOrDefault(trial);
                if ((placed?.Node ?? known?.Node) is { } node && there.ContainsKey(node))
                {
                    victims.Add(new Victim(
                        trial, node, sweep.Demand.Priority, sweep.Demand.User, sweep.Demand.Gpus, known?.LostSeconds ?? 0, known?.SlotSeconds ?? 0, placed?.Shares));
                }
            }
        }

        return [.. victims];
    }
}

/// <summary>A waiting trial that room is made for.</summary>
internal sealed class Wish
{
    /// <summary>Trials that were asked to yield; empty before any was.</summary>
    public IReadOnlyList<string> Victims { get; set; } = [];

    public string? Node { get; set; }

    public long AskedAt { get; set; }
}
