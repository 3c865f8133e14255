using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Simulation;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Labels;

namespace VinCxr.Orchestration.Simulation;

/// <summary>
/// An agent without trainers, processes or files, for scale: speaks the lease contract by itself for hundreds of slots. Shards it makes for real.
/// </summary>
internal sealed class SimulatedAgent : BackgroundService
{
    /// <summary>Work under way by its holder, shards by an object of their own.</summary>
    private readonly ConcurrentDictionary<object, Task> _running = new();
    private readonly ConcurrentDictionary<string, bool> _sets = new();
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly IGrainFactory _grains;
    private readonly SimulatedAgentOptions _options;
    private readonly OrchestrationOptions _cluster;
    private readonly TimeProvider _time;
    private readonly ILogger<SimulatedAgent> _logger;
    private readonly SimulationScript _script;
    private readonly SimulatedResults _results;
    private readonly ShardRunner _shards;
    private string[] _queues = [];
    private TaskCompletionSource _freed = NewSignal();

    public SimulatedAgent(
        IGrainFactory grains, IStore store, LabelSource labels, SimulationScript script, SimulatedAgentOptions options, OrchestrationOptions cluster,
        TimeProvider time, ILogger<SimulatedAgent> logger)
    {
        (_grains, _options, _cluster, _time, _logger, _script) = (grains, options, cluster, time, logger, script.Checked());
        _results = new SimulatedResults(store, labels, script);
        _shards = new ShardRunner(grains, store, labels, time, logger);
    }

    private INodeRegistryGrain Nodes => _grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

    /// <exception cref="ConflictException">Another agent of the cluster has this node's name.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Nodes.JoinAsync(_options.NodeName, _id);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _shards.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        AgentLog.AgentStarted(_logger, _options.NodeName, _options.Slots, "simulated");
        await Task.WhenAll(FillAsync(stoppingToken), EveryAsync(_cluster.LeaseTtl / 3, RenewAsync, stoppingToken), EveryAsync(TimeSpan.FromSeconds(1), ReportAsync, stoppingToken));
        await Task.WhenAll(_running.Values);
        await TryAsync(() => Nodes.LeaveAsync(_options.NodeName));
    }

    private async Task FillAsync(CancellationToken stopping)
    {
        int asks = 1;
        while (!stopping.IsCancellationRequested)
        {
            var freed = Volatile.Read(ref _freed).Task;
            asks = Math.Min(asks, _options.Slots - _running.Count);
            int got = 0;
            if (asks > 0)
            {
                await TryAsync(async () => got = (await Task.WhenAll(Enumerable.Range(0, asks).Select(_ => AskAsync(stopping)))).Count(g => g));
            }

            bool hasMore = asks > 0 && got == asks;
            asks = hasMore ? _options.Asks : 1;
            if (!hasMore)
            {
                await Task.WhenAny(freed, Task.Delay(_options.PollInterval, _time, stopping));
            }
        }
    }

    private async Task<bool> AskAsync(CancellationToken stopping)
    {
        long asked = _time.GetTimestamp();
        var request = new LeaseRequest(_options.NodeName, _cluster.Incarnation, [.. _sets.Keys], _options.Slots - _running.Count);
        if (_queues.Length == 0)
        {
            _queues = await _grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).GetActiveQueuesAsync();
        }

        foreach (string queue in _queues)
        {
            if (await _grains.GetGrain<IWorkQueueGrain>(queue).LeaseAsync(request) is { } lease)
            {
                if (lease.Trial is { } trial)
                {
                    var holder = Hold(trial);
                    Track(holder, RunAsync(holder, asked, stopping));
                }
                else
                {
                    Track(new object(), _shards.RunAsync(lease.Shard!, stopping));
                }

                return true;
            }
        }

        // Asked again next time: other queues may have work by then.
        _queues = [];
        return false;
    }

    private SimulatedHolder Hold(TrialLease lease)
    {
        _sets.TryAdd(lease.Plan.PreparedId, true);
        return new SimulatedHolder(lease, _grains.GetGrain<ITrialLeaseGrain>(lease.Plan.TrialId), _script, _results, _options, _time);
    }

    private void Track(object key, Task work)
    {
        _running[key] = work;
        work.ContinueWith(
            _ =>
            {
                _running.TryRemove(key, out Task? _);
                (key as IDisposable)?.Dispose();
                Interlocked.Exchange(ref _freed, NewSignal()).TrySetResult();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task RunAsync(SimulatedHolder holder, long asked, CancellationToken stopping)
    {
        try
        {
            if (await holder.RunAsync(stopping))
            {
                _options.Ended?.Invoke(_time.GetElapsedTime(asked));
            }
        }
        catch (Exception error)
        {
            // The lease runs out by itself and the trial goes on elsewhere.
            AgentLog.ReportFailed(_logger, $"trial {holder.TrialId}", error.Message);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task RenewAsync() => Task.WhenAll(_running.Keys.OfType<SimulatedHolder>().Select(h => h.RenewAsync()));

    private Task ReportAsync() => TryAsync(() => Nodes.ReportAsync(new NodeReport(
        _options.NodeName, "simulated", _options.Slots, [.. _running.Keys.OfType<SimulatedHolder>().Select(h => h.TrialId)], AgentId: _id)));

    private async Task EveryAsync(TimeSpan interval, Func<Task> action, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            do
            {
                await action();
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception error) when (error is TimeoutException or OrleansException or VinCxrException)
        {
            AgentLog.PollFailed(_logger, error.Message);
        }
    }
}
