using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using static VinCxr.Cli.Remote.ApiCalls;

namespace VinCxr.Cli.Remote;

/// <summary>The typed client of the REST API: the control plane of a server elsewhere. Errors are those the server met.</summary>
internal sealed class HttpControlPlane(ServerConnection server) : IControlPlane
{
    private const string Sweeps = "sweeps";
    private const string Trials = "trials";
    private const string Nodes = "nodes";
    private const string Queues = "queues";
    private const string Datasets = "datasets";
    private const string Yaml = "application/yaml";

    public async Task<SweepSummary> SubmitSweepAsync(SubmitSweep request, CancellationToken cancellationToken = default)
    {
        // With a key the request can be sent again when its answer is lost.
        using var message = new HttpRequestMessage(HttpMethod.Post, Path(Sweeps)) { Content = Json(new SweepFileRequest(request.Yaml, request.ForkOf)) };
        message.Headers.Add(ServerConnection.IdempotencyKey, request.Key ?? Guid.NewGuid().ToString("N"));
        return await server.SendAsync<SweepSummary>(message, cancellationToken);
    }

    public Task<IReadOnlyList<SweepSummary>> ListSweepsAsync(CancellationToken cancellationToken = default) => server.PagesAsync<SweepSummary>(Path(Sweeps), cancellationToken);

    public Task<SweepDetails> GetSweepAsync(string sweep, CancellationToken cancellationToken = default) => server.GetAsync<SweepDetails>(Path(Sweeps, sweep), cancellationToken);

    public async IAsyncEnumerable<SweepDetails> WatchSweepAsync(string sweep, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        SweepDetails? known = null;
        await using var events = new EventSource(server, Path(Sweeps, sweep, "events"));
        while (await events.NextAsync(cancellationToken) is { } item)
        {
            if (item.EventType == SweepEvent.Name)
            {
                known = JsonSerializer.Deserialize<SweepEvent>(item.Data, ApiJson.Options)!.ApplyTo(known);
                yield return known;
            }
        }
    }

    public Task<SweepSummary> SteerSweepAsync(string sweep, SweepVerb verb, CancellationToken cancellationToken = default) =>
        server.PostAsync<SweepSummary>(Path(Sweeps, sweep, verb.ToString().ToLowerInvariant()), null, cancellationToken);

    public async Task<int> RetrySweepAsync(string sweep, bool cancelled, CancellationToken cancellationToken = default) =>
        (await server.PostAsync<RetryAnswer>(Path(Sweeps, sweep, "retry"), Json(new RetryRequest(cancelled)), cancellationToken)).Waiting;

    public Task<SweepSummary> ExtendSweepAsync(string sweep, string yaml, CancellationToken cancellationToken = default) =>
        server.PostAsync<SweepSummary>(Path(Sweeps, sweep, "extend"), new StringContent(yaml, new MediaTypeHeaderValue(Yaml, "utf-8")), cancellationToken);

    public async Task<IReadOnlyList<DecisionLine>> GetDecisionsAsync(string sweep, long after, CancellationToken cancellationToken = default) =>
        await server.GetAsync<DecisionLine[]>(Path(Sweeps, sweep, "decisions") + After(after), cancellationToken);

    public Task<TrialExplanation> ExplainTrialAsync(string sweep, string trial, CancellationToken cancellationToken = default) =>
        server.GetAsync<TrialExplanation>(Path(Sweeps, sweep, Trials, trial, "explanation"), cancellationToken);

    public Task<Leaderboard> GetLeaderboardAsync(string sweep, CancellationToken cancellationToken = default) =>
        server.GetAsync<Leaderboard>(Path(Sweeps, sweep, "leaderboard"), cancellationToken);

    public Task<TrialDetails> GetTrialAsync(string trial, CancellationToken cancellationToken = default) => server.GetAsync<TrialDetails>(Path(Trials, trial), cancellationToken);

    public async Task<IReadOnlyList<MetricPoint>> GetMetricsAsync(string trial, long after, CancellationToken cancellationToken = default) =>
        await server.GetAsync<MetricPoint[]>(Path(Trials, trial, "metrics") + After(after), cancellationToken);

    public async Task<IReadOnlyList<LogLine>> GetTrialLogAsync(string trial, long after, CancellationToken cancellationToken = default) =>
        await server.GetAsync<LogLine[]>(Path(Trials, trial, "log") + After(after), cancellationToken);

    public Task<TrialSummary> RetryTrialAsync(string trial, CancellationToken cancellationToken = default) =>
        server.PostAsync<TrialSummary>(Path(Trials, trial, "retry"), null, cancellationToken);

    public async Task<TrialFile> OpenTrialFileAsync(string trial, TrialFileKind kind, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(Trials, trial, "files", kind.ToString().ToLowerInvariant()));
        var response = await server.OpenAsync(request, cancellationToken);
        var content = response.Content;
        string name = content.Headers.ContentDisposition?.FileName?.Trim('"') ?? $"{trial}.{kind}";
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0 || content.Headers.ContentLength is not { } length)
        {
            response.Dispose();
            throw new StoreException($"the server's answer for the {kind.ToString().ToLowerInvariant()} of trial '{trial}' has no usable name or length");
        }

        return new TrialFile(name, length, response.Headers.ETag?.Tag.Trim('"'), await content.ReadAsStreamAsync(cancellationToken));
    }

    public async Task<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken = default) => await server.GetAsync<NodeSummary[]>(Path(Nodes), cancellationToken);

    public Task SetDrainAsync(string node, bool drain, CancellationToken cancellationToken = default) =>
        server.SendAsync(drain ? HttpMethod.Put : HttpMethod.Delete, Path(Nodes, node, "drain"), null, cancellationToken);

    public async Task<IReadOnlyList<QueueSettings>> ListQueuesAsync(CancellationToken cancellationToken = default) =>
        await server.GetAsync<QueueSettings[]>(Path(Queues), cancellationToken);

    public Task<QueueSummary> GetQueueAsync(string queue, CancellationToken cancellationToken = default) => server.GetAsync<QueueSummary>(Path(Queues, queue), cancellationToken);

    public Task SetQueueAsync(QueueSettings settings, CancellationToken cancellationToken = default)
    {
        var limits = new QueueLimits(settings.Weight, settings.Slots, settings.UserSlots, settings.HalfLifeHours, settings.Preempts);
        return server.SendAsync(HttpMethod.Put, Path(Queues, settings.Name), Json(limits), cancellationToken);
    }

    public Task RemoveQueueAsync(string queue, CancellationToken cancellationToken = default) => server.SendAsync(HttpMethod.Delete, Path(Queues, queue), null, cancellationToken);

    public async Task<IReadOnlyList<DatasetEntry>> ListDatasetsAsync(CancellationToken cancellationToken = default) =>
        await server.GetAsync<DatasetEntry[]>(Path(Datasets), cancellationToken);

    public Task<DatasetInfo> GetDatasetAsync(string reference, CancellationToken cancellationToken = default) =>
        server.GetAsync<DatasetInfo>(Path(Datasets, reference), cancellationToken);

    public Task<DatasetStatistics> GetDatasetStatisticsAsync(string reference, CancellationToken cancellationToken = default) =>
        server.GetAsync<DatasetStatistics>(Path(Datasets, reference, "statistics"), cancellationToken);

    private static string After(long sequence) => string.Create(CultureInfo.InvariantCulture, $"?after={sequence}");
}
