using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Scheduling;

namespace VinCxr.Orchestration.Agents;

/// <summary>Pulls work for free slots of this node, and hands leases back when the node shuts down.</summary>
internal sealed class TrialAgent(
    IGrainFactory grains, IStore store, LabelSource labels, ITrainerLauncher launcher, AgentOptions options, OrchestrationOptions cluster, TimeProvider time,
    ILogger<TrialAgent> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<int, (string Id, Task Work)> _slots = new();
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly NodeCache _cache = new(options.CacheDirectory, options.CacheBytes);
    private readonly QueueLine _queues = new(grains);
    private HeldSets? _held;

    private INodeRegistryGrain Nodes => grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

    /// <exception cref="ConflictException">Another agent of the cluster has this node's name.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await JoinAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        AgentLog.AgentStarted(logger, options.NodeName, options.Slots, options.Device);
        ClearWorkDirectory();
        _held = new HeldSets(_cache, time);
        using var shards = new ShardRunner(grains, store, labels, time, logger);
        var trialShards = new TrialShards(grains, store, _cache, _held);
        var jobs = new TrainerJobs(store, labels, trialShards, options);
        var trials = new TrialRunner(grains, store, jobs, trialShards, launcher, options, time, logger);
        var prefetch = new Prefetcher(grains, store, _cache, _held, options, time, logger).RunAsync(() => _slots.Count == options.Slots, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FillSlotsAsync(shards, trials, stoppingToken);
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error) when (error is TimeoutException or OrleansException or VinCxrException)
            {
                AgentLog.PollFailed(logger, error.Message);
                await Task.Delay(options.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_slots.Values.Select(s => s.Work).Append(prefetch));
        await LeaveAsync();
    }

    /// <summary>An agent that was killed holds its name for a few seconds more, so this tries for a little longer than that.</summary>
    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Nodes.JoinAsync(options.NodeName, _id);
                return;
            }
            catch (ConflictException) when (time.GetElapsedTime(start) < INodeRegistryGrain.NameHeld * 1.5)
            {
                await Task.Delay(options.PollInterval, time, cancellationToken);
            }
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await Nodes.LeaveAsync(options.NodeName);
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            // The cluster went away first; its list of nodes went with it.
            AgentLog.PollFailed(logger, error.Message);
        }
    }

    private async Task FillSlotsAsync(ShardRunner shards, TrialRunner trials, CancellationToken stopping)
    {
        foreach (var (slot, (_, work)) in _slots)
        {
            if (work.IsCompleted)
            {
                _slots.TryRemove(slot, out _);
            }
        }

        for (int slot = 0; slot < options.Slots && !stopping.IsCancellationRequested; slot++)
        {
            if (_slots.ContainsKey(slot))
            {
                continue;
            }

            if (await LeaseAsync(options.Slots - _slots.Count) is not { } lease)
            {
                break;
            }

            int taken = slot;
            _slots[slot] = lease.Trial is { } trial
                ? (trial.Plan.TrialId, Task.Run(() => trials.RunAsync(trial, taken, stopping), CancellationToken.None))
                : ($"shard {lease.Shard!.Index}", Task.Run(() => shards.RunAsync(lease.Shard, stopping), CancellationToken.None));
        }

        await Nodes.ReportAsync(new NodeReport(
            options.NodeName, options.Device, options.Slots, [.. _slots.Values.Select(s => s.Id)], CacheSummary(), _held!.Current(), _id));
    }

    private CacheSummary CacheSummary()
    {
        var counts = _cache.Statistics;
        return new CacheSummary(counts.Hits, counts.Misses, counts.BytesFetched, counts.BytesReread, counts.Prefetched, counts.Evictions);
    }

    /// <summary>Shards that somebody waits for come first: they are minutes of work, trials are hours.</summary>
    private async Task<WorkLease?> LeaseAsync(int freeSlots)
    {
        var request = new LeaseRequest(
            options.NodeName, cluster.Incarnation, [.. _held!.Current().Where(h => h.IsWhole).Select(h => h.PreparedId)], freeSlots);
        if (await grains.GetGrain<IWantedSetsGrain>(IWantedSetsGrain.Key).LeaseAsync(request) is { } shard)
        {
            return new WorkLease(null, shard);
        }

        return await _queues.LeaseAsync(request);
    }

    /// <summary>Until a slot falls free, or the poll interval has passed.</summary>
    private async Task WaitAsync(CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var pause = Task.Delay(options.PollInterval, time, cancel.Token);
        await Task.WhenAny(_slots.Values.Select(s => s.Work).Append(pause));
        await cancel.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private void ClearWorkDirectory()
    {
        Directory.CreateDirectory(options.WorkDirectory);
        foreach (string folder in Directory.EnumerateDirectories(options.WorkDirectory))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(options.WorkDirectory))
        {
            File.Delete(file);
        }
    }
}
