using System.Runtime.CompilerServices;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Agents;
using VinCxr.Server.Api.Datasets;

namespace VinCxr.Server.Api;

/// <summary>The control plane as grains and the store give it, without any question of who asks.</summary>
public sealed class GrainControlPlane(IGrainFactory grains, IStore store, TimeProvider time) : IControlPlane
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private const int NamesInErrors = 10;

    private readonly DatasetReader _datasets = new(store);

    private ISweepRegistryGrain Registry => grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);

    private IQueueRegistryGrain Queues => grains.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key);

    private INodeRegistryGrain Nodes => grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

    public Task<SweepSummary> SubmitSweepAsync(SubmitSweep request, CancellationToken cancellationToken = default) => Registry.SubmitAsync(request);

    public async Task<IReadOnlyList<SweepSummary>> ListSweepsAsync(CancellationToken cancellationToken = default) => await Registry.ListAsync();

    public async Task<SweepDetails> GetSweepAsync(string sweep, CancellationToken cancellationToken = default) => await (await FindSweepAsync(sweep)).GetAsync();

    public async IAsyncEnumerable<SweepDetails> WatchSweepAsync(string sweep, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var grain = await FindSweepAsync(sweep);
        using var timer = new PeriodicTimer(WatchInterval, time);
        while (true)
        {
            var details = await grain.GetAsync();
            yield return details;
            if (details.Summary.EndedAt is not null)
            {
                yield break;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async Task<SweepSummary> SteerSweepAsync(string sweep, SweepVerb verb, CancellationToken cancellationToken = default)
    {
        string id = await SweepIdAsync(sweep);
        var grain = grains.GetGrain<ISweepGrain>(id);
        await (verb switch
        {
            SweepVerb.Pause => grain.PauseAsync(),
            SweepVerb.Resume => grain.ResumeAsync(),
            SweepVerb.Stop => grain.StopAsync(),
            SweepVerb.Cancel => grain.CancelAsync(),
            _ => throw new InvalidInputException($"'{verb}' is none of pause, resume, stop, cancel"),
        });
        return await grains.GetGrain<ISweepCoordinationGrain>(id).GetSummaryAsync();
    }

    public async Task<int> RetrySweepAsync(string sweep, bool cancelled, CancellationToken cancellationToken = default) =>
        await (await FindSweepAsync(sweep)).RetryAsync(cancelled);

    public async Task<SweepSummary> ExtendSweepAsync(string sweep, string yaml, CancellationToken cancellationToken = default) =>
        await (await FindSweepAsync(sweep)).ExtendAsync(yaml);

    public async Task<IReadOnlyList<DecisionLine>> GetDecisionsAsync(string sweep, long after, CancellationToken cancellationToken = default) =>
        await (await FindSweepAsync(sweep)).GetDecisionsAsync(after);

    public async Task<TrialExplanation> ExplainTrialAsync(string sweep, string trial, CancellationToken cancellationToken = default)
    {
        string id = await SweepIdAsync(sweep);
        return await grains.GetGrain<ISweepGrain>(id).ExplainAsync(trial.StartsWith($"{id}-", StringComparison.Ordinal) ? trial : $"{id}-{trial}");
    }

    public async Task<Leaderboard> GetLeaderboardAsync(string sweep, CancellationToken cancellationToken = default) =>
        await grains.GetGrain<ILeaderboardGrain>(await SweepIdAsync(sweep)).GetAsync();

    public Task<TrialDetails> GetTrialAsync(string trial, CancellationToken cancellationToken = default) => TrialOf(trial).GetAsync();

    public async Task<IReadOnlyList<MetricPoint>> GetMetricsAsync(string trial, long after, CancellationToken cancellationToken = default) =>
        await (await FindTrialAsync(trial)).GetMetricsAsync(after);

    public async Task<IReadOnlyList<LogLine>> GetTrialLogAsync(string trial, long after, CancellationToken cancellationToken = default) =>
        await (await FindTrialAsync(trial)).GetLogAsync(after);

    public async Task<TrialSummary> RetryTrialAsync(string trial, CancellationToken cancellationToken = default)
    {
        var before = await GetTrialAsync(trial, cancellationToken);
        if (!await grains.GetGrain<ITrialControlGrain>(trial).RetryAsync("tried again by request"))
        {
            throw new ConflictException($"trial '{trial}' is {before.Summary.State}; only a Failed or Cancelled one can be tried again");
        }

        return (await GetTrialAsync(trial, cancellationToken)).Summary;
    }

    public async Task<TrialFile> OpenTrialFileAsync(string trial, TrialFileKind kind, CancellationToken cancellationToken = default)
    {
        var details = await GetTrialAsync(trial, cancellationToken);
        string id = details.Summary.Id;
        var (blob, name) = kind switch
        {
            TrialFileKind.Weights => (details.WeightsBlob, $"{id}.safetensors"),
            TrialFileKind.Predictions => (details.PredictionsBlob, $"{id}.predictions.csv"),
            TrialFileKind.Checkpoint => (details.CheckpointBlob, $"{id}.checkpoint"),
            _ => throw new InvalidInputException($"'{kind}' is none of weights, predictions, checkpoint"),
        };
        if (blob is null || await store.Blobs.FindAsync(blob, cancellationToken) is not { } info)
        {
            throw new NotFoundException($"trial '{id}' is {details.Summary.State} and has no {kind.ToString().ToLowerInvariant()} yet");
        }

        long length = info.Length;
        string? sha256 = info.Id;
        if (kind == TrialFileKind.Checkpoint)
        {
            length -= CheckpointSeal.Length;
            await CheckSealAsync(blob, length, id, cancellationToken);
            sha256 = null;
        }

        return new TrialFile(name, length, sha256, await store.Blobs.OpenReadAsync(blob, 0, length, cancellationToken));
    }

    public async Task<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken = default) => await Nodes.ListAsync();

    public Task SetDrainAsync(string node, bool drain, CancellationToken cancellationToken = default) => Nodes.SetDrainAsync(node, drain);

    public async Task<IReadOnlyList<QueueSettings>> ListQueuesAsync(CancellationToken cancellationToken = default) => await Queues.ListAsync();

    public async Task<QueueSummary> GetQueueAsync(string queue, CancellationToken cancellationToken = default)
    {
        if (await Queues.FindAsync(queue) is null)
        {
            throw new NotFoundException($"no queue '{queue}', known are {string.Join(", ", (await Queues.ListAsync()).Select(q => q.Name))}");
        }

        var summary = await grains.GetGrain<ISchedulerGrain>(queue).GetAsync();
        return summary with { Waiting = [.. summary.Waiting, .. await BehindAsync(summary)] };
    }

    public Task SetQueueAsync(QueueSettings settings, CancellationToken cancellationToken = default) => Queues.SetAsync(settings);

    public Task RemoveQueueAsync(string queue, CancellationToken cancellationToken = default) => Queues.RemoveAsync(queue);

    public async Task<IReadOnlyList<DatasetEntry>> ListDatasetsAsync(CancellationToken cancellationToken = default) =>
        [.. (await new DatasetCatalog(store).ListAsync(cancellationToken)).Select(d => new DatasetEntry(d.Name, d.Version, d.Images, d.Quarantined, d.Bytes))];

    public Task<DatasetInfo> GetDatasetAsync(string reference, CancellationToken cancellationToken = default) => _datasets.GetInfoAsync(reference, cancellationToken);

    public Task<DatasetStatistics> GetDatasetStatisticsAsync(string reference, CancellationToken cancellationToken = default) =>
        _datasets.GetStatisticsAsync(reference, cancellationToken);

    /// <exception cref="StoreException">The checkpoint does not end with its trial's seal.</exception>
    private async Task CheckSealAsync(string blob, long offset, string trial, CancellationToken cancellationToken)
    {
        byte[] seal = new byte[CheckpointSeal.Length];
        await using var trailer = await store.Blobs.OpenReadAsync(blob, Math.Max(0, offset), cancellationToken: cancellationToken);
        await trailer.ReadAtLeastAsync(seal, seal.Length, throwOnEndOfStream: false, cancellationToken);
        CheckpointSeal.Check(seal, trial);
    }

    private async Task<ISweepGrain> FindSweepAsync(string nameOrId) => grains.GetGrain<ISweepGrain>(await SweepIdAsync(nameOrId));

    private async Task<string> SweepIdAsync(string nameOrId)
    {
        if (await Registry.ResolveAsync(nameOrId) is { } id)
        {
            return id;
        }

        var known = await Registry.ListAsync();
        throw new NotFoundException(known.Length == 0
            ? $"no sweep '{nameOrId}': this store has no sweeps yet, see 'vincxr sweep submit --help'"
            : $"no sweep '{nameOrId}', known are {string.Join(", ", known.Take(NamesInErrors).Select(s => $"{s.Name} ({s.Id})"))}");
    }

    /// <exception cref="NotFoundException">No such trial: its log would be an empty one for ever.</exception>
    private async Task<ITrialGrain> FindTrialAsync(string trial)
    {
        var grain = TrialOf(trial);
        await grain.GetAsync();
        return grain;
    }

    private ITrialGrain TrialOf(string trial) =>
        string.IsNullOrWhiteSpace(trial) ? throw new NotFoundException($"no trial '{trial}'") : grains.GetGrain<ITrialGrain>(trial);

    /// <summary>Trials of long sweeps whose turn is far off: the scheduler keeps only the next ones of each sweep.</summary>
    private async Task<IEnumerable<WaitingTrial>> BehindAsync(QueueSummary summary)
    {
        var listed = summary.Waiting.Select(w => w.TrialId).ToHashSet();
        var longLines = (summary.Lines ?? []).Where(l => l.Behind > 0);
        var details = await Task.WhenAll(longLines.Select(async line => (Line: line, Sweep: await grains.GetGrain<ISweepGrain>(line.SweepId).GetAsync())));
        return details.SelectMany(d => d.Sweep.Trials
            .Where(t => t.State == TrialState.Pending && !listed.Contains(t.Id))
            .Select(t => new WaitingTrial(t.Id, d.Line.Priority, WhyBehind(d.Line.Waiting - d.Line.Behind))));
    }

    /// <param name="named">Trials that its sweep has put in line.</param>
    private static string WhyBehind(int named) => named > 0 ? $"{named} trials of its sweep start before it" : "its sweep has not put it in line yet; 'sweep explain' tells why";
}
