using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;

namespace VinCxr.Orchestration.Agents;

/// <summary>Pulls work for free slots of this node, and hands leases back when the node shuts down.</summary>
internal sealed class TrialAgent(
    IGrainFactory grains, IStore store, LabelSource labels, ITrainerLauncher launcher, AgentOptions options, OrchestrationOptions cluster, TimeProvider time,
    ILogger<TrialAgent> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<int, (string Id, Task Work)> _slots = new();
    private readonly LeaseRequest _request = new(options.NodeName, cluster.Incarnation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        AgentLog.AgentStarted(logger, options.NodeName, options.Slots, options.Device);
        ClearWorkDirectory();
        var shards = new ShardRunner(grains, store, labels, time, logger);
        var jobs = new TrainerJobs(store, labels, new NodeCache(options.CacheDirectory, options.CacheBytes), options);
        var trials = new TrialRunner(grains, store, jobs, launcher, options, time, logger);
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

        await Task.WhenAll(_slots.Values.Select(s => s.Work));
        await grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).LeaveAsync(options.NodeName);
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

            if (await LeaseAsync() is not { } lease)
            {
                break;
            }

            int taken = slot;
            _slots[slot] = lease.Trial is { } trial
                ? (trial.Plan.TrialId, Task.Run(() => trials.RunAsync(trial, taken, stopping), CancellationToken.None))
                : ($"shard {lease.Shard!.Index}", Task.Run(() => shards.RunAsync(lease.Shard, stopping), CancellationToken.None));
        }

        await grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key)
            .ReportAsync(new NodeReport(options.NodeName, options.Device, options.Slots, [.. _slots.Values.Select(s => s.Id)]));
    }

    private async Task<WorkLease?> LeaseAsync()
    {
        foreach (string queue in await grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).GetActiveQueuesAsync())
        {
            if (await grains.GetGrain<IWorkQueueGrain>(queue).LeaseAsync(_request) is { } lease)
            {
                return lease;
            }
        }

        return null;
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
