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

/// <summary>Pulls work for free devices of this node, and hands leases back when the node drains or shuts down.</summary>
internal sealed class TrialAgent(
    IGrainFactory grains, IStore store, LabelSource labels, ITrainerLauncher launcher, ILocalSiloDetails silo, AgentOptions options, OrchestrationOptions cluster,
    TimeProvider time, ILogger<TrialAgent> logger) : BackgroundService
{
    /// <summary>When the control silos are gone too, nobody hears the good-bye.</summary>
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(5);

    /// <summary>A killed agent's name is held until its silo is declared dead, counted from when the registry first answers.</summary>
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(30);

    /// <summary>The silo that holds the registry may have been lost a moment ago.</summary>
    private static readonly TimeSpan JoinPatience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Task, (string Id, IReadOnlyList<SlotShare> Slots)> _work = [];
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly NodeCache _cache = new(options.CacheDirectory, options.CacheBytes);
    private readonly DrainSwitch _drain = new();
    private readonly QueueLine _queues = new(grains);
    private HeldSets? _held;
    private DevicePool? _devices;
    private volatile bool _isBusy;

    private INodeRegistryGrain Nodes => grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

    /// <exception cref="ConflictException">Another agent of the cluster has this node's name.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await JoinAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _drain.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        AgentLog.AgentStarted(logger, options.NodeName, options.Slots, options.Device);
        ClearWorkDirectory();
        _held = new HeldSets(_cache, time);
        _devices = new DevicePool(await DeviceProbe.DescribeAsync(options, stoppingToken));
        var health = new NodeHealth(_cache, time, logger);
        using var shards = new ShardRunner(grains, store, labels, time, logger);
        var trials = Runner(health);
        var prefetch = new Prefetcher(grains, store, _cache, _held, options, time, logger).RunAsync(() => _isBusy, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TakeWorkAsync(shards, trials, health, stoppingToken);
                await ReportAsync();
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

        await Task.WhenAll(_work.Keys.Append(prefetch));
        await LeaveAsync();
    }

    private TrialRunner Runner(NodeHealth health)
    {
        var shards = new TrialShards(grains, store, _cache, _held!);
        var patience = new Patience(store, time, logger);
        var jobs = new TrainerJobs(store, labels, shards, options);
        return new TrialRunner(grains, jobs, shards, new TrialUploads(store, patience, health), patience, health, launcher, options, time, logger);
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        long? refused = null;
        while (true)
        {
            try
            {
                await Nodes.JoinFromAsync(options.NodeName, options.AgentId, silo.SiloAddress.ToParsableString()).WaitAsync(cancellationToken);
                return;
            }
            catch (ConflictException) when (time.GetElapsedTime(refused ??= time.GetTimestamp()) < NamePatience)
            {
                await Task.Delay(options.PollInterval, time, cancellationToken);
            }
            catch (Exception error) when (error is OrleansException or TimeoutException && time.GetElapsedTime(start) < JoinPatience)
            {
                // The registry starts elsewhere, and holds the name anew there.
                refused = null;
                await Task.Delay(options.PollInterval, time, cancellationToken);
            }
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await Nodes.LeaveAsync(options.NodeName).WaitAsync(LeaveGrace, time);
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            // The cluster went away first; its list of nodes went with it.
            AgentLog.PollFailed(logger, error.Message);
        }
    }

    private async Task TakeWorkAsync(ShardRunner shards, TrialRunner trials, NodeHealth health, CancellationToken stopping)
    {
        foreach (var (work, (_, slots)) in _work.Where(w => w.Key.IsCompleted).ToArray())
        {
            _work.Remove(work);
            _devices!.Return(slots);
        }

        while (_devices!.HasFree && !_drain.IsOn && health.TakesWork && !stopping.IsCancellationRequested && await LeaseAsync() is { } lease)
        {
            var slots = _devices.Take(lease.Trial?.Slots);
            var drained = _drain.Token;
            var (id, work) = lease.Trial is { } trial
                ? (trial.Plan.TrialId, Task.Run(() => trials.RunAsync(trial, slots, drained, stopping), CancellationToken.None))
                : ($"shard {lease.Shard!.Index}", Task.Run(() => shards.RunAsync(lease.Shard, stopping), CancellationToken.None));
            _work.Add(work, (id, slots));
        }

        _isBusy = !_devices.HasFree;
    }

    private async Task ReportAsync()
    {
        var orders = await Nodes.ReportAsync(new NodeReport(
            options.NodeName, options.Device, options.Slots, [.. _work.Values.Select(w => w.Id)], CacheSummary(), _held!.Current(), options.AgentId, _devices!.Offers,
            Environment.MachineName, _since));
        if (await _drain.TurnAsync(orders.Drain))
        {
            AgentLog.DrainChanged(logger, options.NodeName, orders.Drain ? "drains: running trials write a checkpoint and go" : "takes work again");
        }
    }

    private CacheSummary CacheSummary()
    {
        var counts = _cache.Statistics;
        return new CacheSummary(counts.Hits, counts.Misses, counts.BytesFetched, counts.BytesReread, counts.Prefetched, counts.Evictions, _held!.Bytes(), _cache.LimitBytes);
    }

    /// <summary>Shards that somebody waits for come first: they are minutes of work, trials are hours.</summary>
    private async Task<WorkLease?> LeaseAsync()
    {
        var request = new LeaseRequest(
            options.NodeName, cluster.Incarnation, [.. _held!.Current().Where(h => h.IsWhole).Select(h => h.PreparedId)], _devices!.WholeFree, _devices.Offers,
            Silo: silo.SiloAddress.ToParsableString());
        if (await grains.GetGrain<IWantedSetsGrain>(IWantedSetsGrain.Key).LeaseAsync(request) is { } shard)
        {
            return new WorkLease(null, shard);
        }

        return await _queues.LeaseAsync(request);
    }

    /// <summary>Until some work has ended, or the poll interval has passed.</summary>
    private async Task WaitAsync(CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var pause = Task.Delay(options.PollInterval, time, cancel.Token);
        await Task.WhenAny(_work.Keys.Append(pause));
        await cancel.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>What attempts of an agent that was killed left behind; their trainers died with it.</summary>
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
