using System.Collections.Concurrent;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>Injects faults one after the other into a cluster at work, and measures how long each is felt.</summary>
internal sealed class StormDriver(StormCluster cluster, SweepWatch watch, Action<string> log)
{
    /// <summary>A fault that is not made up for by then has broken the promise, whatever the machine is busy with.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ConcurrentBag<FaultRecord> _records = [];
    private int _underWay;

    public async Task<IReadOnlyList<FaultRecord>> RunAsync(IReadOnlyList<Fault> faults, CancellationToken cancellationToken)
    {
        List<Task> going = [];
        foreach (var fault in faults)
        {
            await Task.Delay(fault.Pause, cancellationToken);
            var work = InjectAsync(fault, cancellationToken);
            going.Add(work);
            if (fault.Overlaps && going.Count(g => !g.IsCompleted) < 2)
            {
                continue;
            }

            await Task.WhenAll(going);
            going.Clear();
        }

        await Task.WhenAll(going);
        return [.. _records.OrderBy(r => r.Fault.Number)];
    }

    private async Task InjectAsync(Fault fault, CancellationToken cancellationToken)
    {
        bool overlapped = Interlocked.Increment(ref _underWay) > 1;
        try
        {
            var (victim, trials, recovery) = await StrikeAsync(fault, cancellationToken);
            var record = new FaultRecord(fault, victim, trials, recovery, overlapped || Volatile.Read(ref _underWay) > 1);
            _records.Add(record);
            log($"{fault.Number,4} {fault.Kind,-15} {victim,-28} {trials.Count} trials  {(recovery is { } time ? $"{time.TotalSeconds:0.0} s" : "-")}{(record.Overlapped ? "  overlapped" : "")}");
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private Task<(string Victim, IReadOnlyList<string> Trials, TimeSpan? Recovery)> StrikeAsync(Fault fault, CancellationToken cancellationToken) => fault.Kind switch
    {
        FaultKind.KillTrainer => KillTrainerAsync(fault, cancellationToken),
        FaultKind.KillControl or FaultKind.FreezeControl => StrikeControlAsync(fault, cancellationToken),
        FaultKind.StoreRefuses or FaultKind.StoreHangs or FaultKind.StoreSlow => StrikeStoreAsync(fault, cancellationToken),
        FaultKind.CutConnections => CutAsync(fault, cancellationToken),
        _ => StrikeAgentAsync(fault, cancellationToken),
    };

    private async Task<(string, IReadOnlyList<string>, TimeSpan?)> StrikeAgentAsync(Fault fault, CancellationToken cancellationToken)
    {
        var silo = await PickAsync([.. cluster.Silos.Where(s => !s.IsControl)], fault.Victim, cancellationToken);
        var running = RunningOn(silo.Node);
        long start = TimeProvider.System.GetTimestamp();
        var back = await TakeAwayAsync(silo, fault, cancellationToken);
        var recovery = await UntilRestartedAsync(running, start, cancellationToken);
        await back;
        return (silo.Node, [.. running.Select(t => t.Id)], recovery);
    }

    private async Task<(string, IReadOnlyList<string>, TimeSpan?)> KillTrainerAsync(Fault fault, CancellationToken cancellationToken)
    {
        var trainers = cluster.Silos.Where(s => s is { IsUp: true, IsControl: false }).SelectMany(s => Signals.ChildrenOf(s.Pid ?? -1))
            .Where(c => c.Command.Contains(".job.json", StringComparison.Ordinal)).ToArray();
        if (trainers.Length == 0)
        {
            return ("none ran", [], null);
        }

        var (pid, command) = trainers[(int)(fault.Victim * trainers.Length)];
        var trial = watch.Newest.Sweep.Trials.FirstOrDefault(t => command.Contains($"{t.Id}-", StringComparison.Ordinal));
        long start = TimeProvider.System.GetTimestamp();
        Signals.Kill(pid);
        TrialSummary[] hit = trial is { State: TrialState.Running } ? [trial] : [];
        return ($"trainer {pid}", [.. hit.Select(t => t.Id)], await UntilRestartedAsync(hit, start, cancellationToken));
    }

    private async Task<(string, IReadOnlyList<string>, TimeSpan?)> StrikeControlAsync(Fault fault, CancellationToken cancellationToken)
    {
        var silo = await PickAsync([.. cluster.Silos.Where(s => s.IsControl)], fault.Victim, cancellationToken);
        long start = TimeProvider.System.GetTimestamp();
        var back = await TakeAwayAsync(silo, fault, cancellationToken);
        await watch.UntilAsync(_ => true, Limit, "answered again", cancellationToken);
        var recovery = TimeProvider.System.GetElapsedTime(start);
        await back;
        return (silo.Node, [], recovery);
    }

    /// <summary>Kills or freezes a silo.</summary>
    /// <returns>Its return, after the length of the fault.</returns>
    private static async Task<Task> TakeAwayAsync(Silo silo, Fault fault, CancellationToken cancellationToken)
    {
        if (fault.Kind is FaultKind.KillAgent or FaultKind.KillControl)
        {
            await silo.KillAsync(cancellationToken);
            return ReturnAsync(silo.Start);
        }

        silo.Freeze();
        return ReturnAsync(silo.Continue);

        async Task ReturnAsync(Action action)
        {
            await Task.Delay(fault.Length, cancellationToken);
            action();
        }
    }

    private async Task<(string, IReadOnlyList<string>, TimeSpan?)> CutAsync(Fault fault, CancellationToken cancellationToken)
    {
        var silo = await PickAsync(cluster.Silos, fault.Victim, cancellationToken);
        long start = TimeProvider.System.GetTimestamp();
        bool betweenSilos = cluster.CutConnectionsOf(silo);
        await watch.UntilAsync(_ => true, Limit, "answered again", cancellationToken);
        return (betweenSilos ? silo.Node : $"{silo.Node} (store, Redis)", [], TimeProvider.System.GetElapsedTime(start));
    }

    private async Task<(string, IReadOnlyList<string>, TimeSpan?)> StrikeStoreAsync(Fault fault, CancellationToken cancellationToken)
    {
        cluster.Store.Set(fault.Kind switch
        {
            FaultKind.StoreRefuses => ProxyMode.Refuse,
            FaultKind.StoreHangs => ProxyMode.Hang,
            _ => ProxyMode.Slow,
        });
        await Task.Delay(fault.Length, cancellationToken);
        long start = TimeProvider.System.GetTimestamp();
        long before = Progress(watch.Newest.Sweep);
        cluster.Store.Set(ProxyMode.Pass);
        await watch.UntilAsync(s => Progress(s) > before, Limit, "making progress", cancellationToken);
        return ("store", [], TimeProvider.System.GetElapsedTime(start));
    }

    private async Task<TimeSpan?> UntilRestartedAsync(TrialSummary[] trials, long start, CancellationToken cancellationToken)
    {
        if (trials.Length == 0)
        {
            return null;
        }

        var before = trials.ToDictionary(t => t.Id);
        await watch.UntilAsync(s => s.Trials.Where(t => before.ContainsKey(t.Id)).All(Restarted), Limit, $"restarted: {string.Join(", ", before.Keys)}", cancellationToken);
        return TimeProvider.System.GetElapsedTime(start);

        // A trial may also have ended: in the moment between the look and the fault, or already on another node.
        bool Restarted(TrialSummary now) => now.State is not (TrialState.Running or TrialState.Leased or TrialState.Pending)
            || (now.State == TrialState.Running && now.Attempt > before[now.Id].Attempt);
    }

    private TrialSummary[] RunningOn(string node) => [.. watch.Newest.Sweep.Trials.Where(t => t.State == TrialState.Running && t.Node == node)];

    /// <summary>Silos of which none may be up for the moment: a container orchestrator would be at it.</summary>
    private static async Task<Silo> PickAsync(IReadOnlyList<Silo> among, double ticket, CancellationToken cancellationToken)
    {
        var up = await Eventually.ReadAsync(
            () => Task.FromResult<Silo[]>([.. among.Where(s => s.IsUp)]), s => s.Length > 0, $"up: {string.Join(", ", among.Select(s => s.Node))}", cancellationToken, Limit);
        return up[(int)(ticket * up.Length)];
    }

    private static long Progress(SweepDetails sweep) => sweep.Trials.Sum(t => (long)t.Epoch + (1000 * t.Attempt));
}
