using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Api;

/// <summary>
/// What people do with a cluster: the one contract behind the command line, the REST API and the dashboard. Sweeps are given by name or id.
/// </summary>
/// <remarks>
/// Implementations raise <c>NotFoundException</c> for what does not exist, <c>InvalidInputException</c> for what a person wrote wrong (every mistake),
/// <c>ConflictException</c> for what the state forbids, <c>AccessDeniedException</c> for what the caller may not do and <c>StoreException</c> when the
/// cluster or its store does not answer.
/// </remarks>
public interface IControlPlane
{
    /// <summary>Durable when it returns. The same key gives the sweep first submitted under it.</summary>
    Task<SweepSummary> SubmitSweepAsync(SubmitSweep request, CancellationToken cancellationToken = default);

    /// <summary>All sweeps, newest first.</summary>
    Task<IReadOnlyList<SweepSummary>> ListSweepsAsync(CancellationToken cancellationToken = default);

    /// <summary>A sweep with all of its trials, 10,000 of them too.</summary>
    Task<SweepDetails> GetSweepAsync(string sweep, CancellationToken cancellationToken = default);

    /// <summary>The sweep as it is and after each change seen, until it has ended. Outlasts a server that restarts.</summary>
    IAsyncEnumerable<SweepDetails> WatchSweepAsync(string sweep, CancellationToken cancellationToken = default);

    /// <returns>The sweep after it.</returns>
    Task<SweepSummary> SteerSweepAsync(string sweep, SweepVerb verb, CancellationToken cancellationToken = default);

    /// <summary>Puts failed trials (with <paramref name="cancelled"/> cancelled ones too) back in line.</summary>
    /// <returns>How many wait again.</returns>
    Task<int> RetrySweepAsync(string sweep, bool cancelled, CancellationToken cancellationToken = default);

    /// <summary>Goes on with a file of more epochs, more variants or other limits.</summary>
    Task<SweepSummary> ExtendSweepAsync(string sweep, string yaml, CancellationToken cancellationToken = default);

    /// <summary>Decision log after a sequence number, oldest first, at most 1000 entries.</summary>
    Task<IReadOnlyList<DecisionLine>> GetDecisionsAsync(string sweep, long after, CancellationToken cancellationToken = default);

    /// <param name="trial">Trial id, or its end such as <c>v3-f1</c>.</param>
    Task<TrialExplanation> ExplainTrialAsync(string sweep, string trial, CancellationToken cancellationToken = default);

    Task<Leaderboard> GetLeaderboardAsync(string sweep, CancellationToken cancellationToken = default);

    Task<TrialDetails> GetTrialAsync(string trial, CancellationToken cancellationToken = default);

    /// <summary>Metrics after a sequence number, oldest first, at most 1000.</summary>
    Task<IReadOnlyList<MetricPoint>> GetMetricsAsync(string trial, long after, CancellationToken cancellationToken = default);

    /// <summary>Log lines of all attempts after a sequence number, oldest first, at most 1000.</summary>
    Task<IReadOnlyList<LogLine>> GetTrialLogAsync(string trial, long after, CancellationToken cancellationToken = default);

    /// <summary>A failed or cancelled trial goes back in line with fresh budgets.</summary>
    Task<TrialSummary> RetryTrialAsync(string trial, CancellationToken cancellationToken = default);

    /// <summary>A file that a trial has stored; the caller disposes it.</summary>
    Task<TrialFile> OpenTrialFileAsync(string trial, TrialFileKind kind, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken = default);

    /// <summary>Durably tells a node to take no more work and hand back its leases after a checkpoint, or to take work again.</summary>
    Task SetDrainAsync(string node, bool drain, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<QueueSettings>> ListQueuesAsync(CancellationToken cancellationToken = default);

    /// <summary>A queue with its limits, its users, and every waiting trial with the reason why it waits.</summary>
    Task<QueueSummary> GetQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>Creates or changes a queue.</summary>
    Task SetQueueAsync(QueueSettings settings, CancellationToken cancellationToken = default);

    Task RemoveQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>The newest version of every data set, by name.</summary>
    Task<IReadOnlyList<DatasetEntry>> ListDatasetsAsync(CancellationToken cancellationToken = default);

    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c>.</param>
    Task<DatasetInfo> GetDatasetAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>What a data set looks like before training on it; of a version this never changes.</summary>
    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c>.</param>
    Task<DatasetStatistics> GetDatasetStatisticsAsync(string reference, CancellationToken cancellationToken = default);
}

public enum SweepVerb
{
    /// <summary>Start no new trials.</summary>
    Pause,
    Resume,

    /// <summary>Let running trials finish, start no others.</summary>
    Stop,

    /// <summary>End every trial now.</summary>
    Cancel,
}

public enum TrialFileKind
{
    /// <summary>Final weights, safetensors.</summary>
    Weights,

    /// <summary>Out-of-fold predictions, long CSV.</summary>
    Predictions,

    /// <summary>Last committed checkpoint.</summary>
    Checkpoint,
}

/// <param name="Name">Suggested file name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hex of the content, or null where it is not the content of one blob.</param>
public sealed record TrialFile(string Name, long Length, string? Sha256, Stream Content) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <param name="Version">sha256 of the manifest.</param>
/// <param name="Bytes">Size of all images as stored.</param>
public sealed record DatasetEntry(string Name, string Version, int Images, int Quarantined, long Bytes);

/// <param name="TransferSyntaxes">Images by transfer syntax UID.</param>
/// <param name="QuarantinedFiles">Files that were not taken, with the reason.</param>
public sealed record DatasetInfo(
    string Name, string Version, int Images, int Quarantined, long Bytes, int Annotations, IReadOnlyList<DatasetClass> Classes,
    IReadOnlyDictionary<string, int> TransferSyntaxes, IReadOnlyList<QuarantinedFile> QuarantinedFiles);

public sealed record DatasetClass(int Id, string Name);

/// <param name="Bytes">Length of the file; null for folders and where it was not recorded.</param>
public sealed record QuarantinedFile(string File, string Reason, long? Bytes = null);
