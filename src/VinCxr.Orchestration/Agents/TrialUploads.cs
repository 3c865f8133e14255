using VinCxr.Contracts.Trials;
using VinCxr.Core.Trials;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Agents;

/// <summary>Carries the files that trainers make into the store, however long it is away, and points trials at them.</summary>
internal sealed class TrialUploads(IStore store, Patience patience, NodeHealth health)
{
    // What a try that was given up has sent is not sent again by the next.
    private const double SlowestBytesPerSecond = 1_000_000;
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

    /// <summary>Stores a checkpoint, points the trial at it and deletes what it supersedes, here and in the store.</summary>
    /// <exception cref="Core.ConflictException">The lease is stale.</exception>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task CommitAsync(ITrialLeaseGrain trial, TrialLease lease, TrainerCheckpoint checkpoint, CancellationToken gone)
    {
        CheckpointSeal.Append(checkpoint.Path, lease.Plan.TrialId);
        string blob = await StoreAsync(lease, checkpoint.Path, "checkpoint", gone);
        var report = new CheckpointReport(blob, checkpoint.Epoch, checkpoint.IsBest);
        string[] superseded = await patience.DeliverAsync(() => trial.CommitCheckpointAsync(lease.LeaseEpoch, report), "committing a checkpoint", gone);
        foreach (string old in superseded)
        {
            await patience.DeliverAsync(() => store.Blobs.DeleteAsync(old, gone), "deleting a checkpoint", gone);
        }

        File.Delete(checkpoint.Path);
    }

    /// <summary>Stores predictions, weights and activation maps, and scores the predictions.</summary>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task<CompletionReport> StoreResultAsync(TrainerJobs jobs, TrialLease lease, TrainerFinished finished, CancellationToken gone)
    {
        string predictions = await StoreAsync(lease, finished.PredictionsPath, "oof-predictions", gone);
        string weights = await StoreAsync(lease, finished.WeightsPath, "weights", gone);
        string? maps = finished.ActivationMapsPath is { } path ? await StoreAsync(lease, path, "activation-maps", gone) : null;
        var (map40, findings) = await patience.FetchAsync(() => jobs.ScoreAsync(lease.Plan, finished.PredictionsPath), "scoring predictions", gone);
        return new CompletionReport(finished.Epoch, predictions, weights, map40, findings, maps);
    }

    private Task<string> StoreAsync(TrialLease lease, string path, string kind, CancellationToken gone) => patience.DeliverAsync(
        async cancellationToken =>
        {
            var metadata = new Dictionary<string, string> { ["trial"] = lease.Plan.TrialId, ["kind"] = kind, ["lease_epoch"] = $"{lease.LeaseEpoch}" };
            await using var file = File.OpenRead(path);
            try
            {
                return (await store.Blobs.PutAsync(file, metadata, cancellationToken)).Id;
            }
            catch (Core.StoreException error)
            {
                await health.FreeForAsync(error);
                throw;
            }
        },
        $"storing {kind}",
        gone,
        UploadLimit + TimeSpan.FromSeconds(new FileInfo(path).Length / SlowestBytesPerSecond));
}
