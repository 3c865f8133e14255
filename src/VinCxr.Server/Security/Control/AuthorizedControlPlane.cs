using System.Runtime.CompilerServices;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Server.Security.Control;

/// <summary>The control plane of one caller: what <see cref="Access"/> allows, and every change in the audit log.</summary>
internal sealed class AuthorizedControlPlane(IControlPlane inner, Caller? caller, AccessGate gate) : IControlPlane
{
    private readonly GuardedCalls _calls = new(caller, gate);

    public Task<SweepSummary> SubmitSweepAsync(SubmitSweep request, CancellationToken cancellationToken = default) => _calls.ChangeAsync(
        nameof(SubmitSweepAsync),
        null,
        async (who, target) =>
        {
            string user = who.Role >= Role.Operator && request.User is { Length: > 0 } other ? SafeNames.Require(other, "user") : who.User;
            var sweep = await inner.SubmitSweepAsync(request with { User = user }, cancellationToken);
            target.Name = sweep.Id;

            // A key that another has used gives that one's sweep, which is not what was asked for.
            return who.Role >= Role.Operator || sweep.User == user
                ? sweep
                : throw new ConflictException($"key '{SafeNames.Shown(request.Key)}' belongs to a sweep of another user; give another key");
        },
        cancellationToken);

    public Task<IReadOnlyList<SweepSummary>> ListSweepsAsync(CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(ListSweepsAsync), () => inner.ListSweepsAsync(cancellationToken), cancellationToken);

    public Task<SweepDetails> GetSweepAsync(string sweep, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetSweepAsync), () => inner.GetSweepAsync(sweep, cancellationToken), cancellationToken);

    public async IAsyncEnumerable<SweepDetails> WatchSweepAsync(string sweep, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _calls.EnsureAsync(nameof(WatchSweepAsync), cancellationToken);
        await foreach (var details in inner.WatchSweepAsync(sweep, cancellationToken))
        {
            yield return details;
        }
    }

    public Task<SweepSummary> SteerSweepAsync(string sweep, SweepVerb verb, CancellationToken cancellationToken = default) =>
        ChangeSweepAsync(nameof(SteerSweepAsync), sweep, $"{verb}", id => inner.SteerSweepAsync(id, verb, cancellationToken), cancellationToken);

    public Task<int> RetrySweepAsync(string sweep, bool cancelled, CancellationToken cancellationToken = default) =>
        ChangeSweepAsync(nameof(RetrySweepAsync), sweep, null, id => inner.RetrySweepAsync(id, cancelled, cancellationToken), cancellationToken);

    public Task<SweepSummary> ExtendSweepAsync(string sweep, string yaml, CancellationToken cancellationToken = default) =>
        ChangeSweepAsync(nameof(ExtendSweepAsync), sweep, null, id => inner.ExtendSweepAsync(id, yaml, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<DecisionLine>> GetDecisionsAsync(string sweep, long after, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetDecisionsAsync), () => inner.GetDecisionsAsync(sweep, after, cancellationToken), cancellationToken);

    public Task<TrialExplanation> ExplainTrialAsync(string sweep, string trial, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(ExplainTrialAsync), () => inner.ExplainTrialAsync(sweep, trial, cancellationToken), cancellationToken);

    public Task<Leaderboard> GetLeaderboardAsync(string sweep, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetLeaderboardAsync), () => inner.GetLeaderboardAsync(sweep, cancellationToken), cancellationToken);

    public Task<TrialDetails> GetTrialAsync(string trial, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetTrialAsync), () => inner.GetTrialAsync(trial, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<MetricPoint>> GetMetricsAsync(string trial, long after, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetMetricsAsync), () => inner.GetMetricsAsync(trial, after, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<LogLine>> GetTrialLogAsync(string trial, long after, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetTrialLogAsync), () => inner.GetTrialLogAsync(trial, after, cancellationToken), cancellationToken);

    public Task<TrialSummary> RetryTrialAsync(string trial, CancellationToken cancellationToken = default) => _calls.ChangeAsync(
        nameof(RetryTrialAsync),
        trial,
        async (who, _) =>
        {
            string sweep = (await inner.GetTrialAsync(trial, cancellationToken)).Summary.SweepId;
            AccessGate.EnsureOwner(who, nameof(RetryTrialAsync), $"sweep '{sweep}'", (await inner.GetSweepAsync(sweep, cancellationToken)).Summary.User);
            return await inner.RetryTrialAsync(trial, cancellationToken);
        },
        cancellationToken);

    public Task<TrialFile> OpenTrialFileAsync(string trial, TrialFileKind kind, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(OpenTrialFileAsync), () => inner.OpenTrialFileAsync(trial, kind, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(ListNodesAsync), () => inner.ListNodesAsync(cancellationToken), cancellationToken);

    public Task SetDrainAsync(string node, bool drain, CancellationToken cancellationToken = default) =>
        _calls.ChangeAsync(nameof(SetDrainAsync), drain ? node : $"{node} undo", () => inner.SetDrainAsync(node, drain, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<QueueSettings>> ListQueuesAsync(CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(ListQueuesAsync), () => inner.ListQueuesAsync(cancellationToken), cancellationToken);

    public Task<QueueSummary> GetQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetQueueAsync), () => inner.GetQueueAsync(queue, cancellationToken), cancellationToken);

    public Task SetQueueAsync(QueueSettings settings, CancellationToken cancellationToken = default) =>
        _calls.ChangeAsync(nameof(SetQueueAsync), settings.Name, () => inner.SetQueueAsync(settings, cancellationToken), cancellationToken);

    public Task RemoveQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        _calls.ChangeAsync(nameof(RemoveQueueAsync), queue, () => inner.RemoveQueueAsync(queue, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<DatasetEntry>> ListDatasetsAsync(CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(ListDatasetsAsync), () => inner.ListDatasetsAsync(cancellationToken), cancellationToken);

    public async Task<DatasetInfo> GetDatasetAsync(string reference, CancellationToken cancellationToken = default)
    {
        var info = await _calls.ReadAsync(nameof(GetDatasetAsync), () => inner.GetDatasetAsync(reference, cancellationToken), cancellationToken);
        return caller!.Patients ? info : info with { QuarantinedFiles = [] };
    }

    public Task<DatasetStatistics> GetDatasetStatisticsAsync(string reference, CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(nameof(GetDatasetStatisticsAsync), () => inner.GetDatasetStatisticsAsync(reference, cancellationToken), cancellationToken);

    private Task<T> ChangeSweepAsync<T>(string operation, string sweep, string? what, Func<string, Task<T>> change, CancellationToken cancellationToken) => _calls.ChangeAsync(
        operation,
        $"{sweep} {what}".TrimEnd(),
        async (who, target) =>
        {
            // By id from here on: the newest sweep of a name may be another's a moment later.
            var summary = (await inner.GetSweepAsync(sweep, cancellationToken)).Summary;
            target.Name = $"{summary.Id} {what}".TrimEnd();
            AccessGate.EnsureOwner(who, operation, $"sweep '{summary.Id}'", summary.User);
            return await change(summary.Id);
        },
        cancellationToken);
}
