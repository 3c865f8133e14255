using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// One attempt at one trial: prepares the job, runs the trainer, carries its results to the store and its facts to the trial. Blobs are stored
/// before anything points at them. What went wrong is told as what it is: docs/failures.md says what each kind spends.
/// </summary>
internal sealed class TrialRunner(
    IGrainFactory grains, TrainerJobs jobs, TrialShards shards, TrialUploads uploads, Patience patience, NodeHealth health, ITrainerLauncher launcher,
    AgentOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Beyond the trainer's own grace when the node shuts down: to store a checkpoint and hand the lease back.</summary>
    private static readonly TimeSpan ReportGrace = TimeSpan.FromSeconds(5);

    /// <param name="slots">The devices it was given.</param>
    /// <param name="drained">The node is to give its work back.</param>
    /// <param name="stopping">The node shuts down.</param>
    public async Task RunAsync(TrialLease lease, IReadOnlyList<SlotShare> slots, CancellationToken drained, CancellationToken stopping)
    {
        var trial = grains.GetGrain<ITrialLeaseGrain>(lease.Plan.TrialId);
        string work = Path.Combine(options.WorkDirectory, $"{lease.Plan.TrialId}-{lease.LeaseEpoch}");
        await using var keeper = new LeaseKeeper(() => trial.RenewAsync(lease.LeaseEpoch), lease.Ttl, time, logger);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(keeper.Lost);
        await using var shutdown = time.CreateTimer(_ => gone.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var onStopping = stopping.Register(() => shutdown.Change(options.StopGrace + ReportGrace, Timeout.InfiniteTimeSpan));
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(drained, stopping, keeper.WantedBack);
        string Reason() => stopping.IsCancellationRequested ? "the node shut down"
            : drained.IsCancellationRequested ? "the node drains"
            : keeper.Reason ?? "its lease was wanted back";
        try
        {
            await RunAsync(new Attempt(lease, trial, work, slots, Reason, asked.Token, gone.Token));
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            // The trial belongs to someone else, to no one, or will by the time anything could be said about it.
        }
        catch (ConflictException error)
        {
            AgentLog.LeaseLost(logger, error.Message);
        }
        catch (Exception error)
        {
            AgentLog.ReportFailed(logger, $"trial {lease.Plan.TrialId}", error.Message);
        }
        finally
        {
            Delete(work);
        }
    }

    private async Task RunAsync(Attempt attempt)
    {
        using var preparing = CancellationTokenSource.CreateLinkedTokenSource(attempt.Asked, attempt.Gone);
        try
        {
            await TrainAsync(attempt, preparing.Token);
        }
        catch (OperationCanceledException) when (attempt.Asked.IsCancellationRequested && !attempt.Gone.IsCancellationRequested)
        {
            await ReleaseAsync(attempt, attempt.Reason());
        }
        catch (LostShardException error)
        {
            await ReleaseAsync(attempt, error.Message);
        }
        catch (UnusableCheckpointException error)
        {
            await FailAsync(attempt, new AttemptFailure(FailureKind.Checkpoint, error.Message, Checkpoint: error.Blob));
        }
        catch (Exception error) when (error is not (ConflictException or OperationCanceledException))
        {
            var kind = DiskSpace.IsExhausted(error) ? FailureKind.Node : FailureKind.Error;
            await FailAsync(attempt, new AttemptFailure(kind, error.Message));
        }
    }

    private async Task TrainAsync(Attempt attempt, CancellationToken preparing)
    {
        var lease = attempt.Lease;
        var policies = new PolicyWatch(lease.Plan.PoliciesJson is { } json ? StateJson.Read<LogPolicy[]>(json) : []);
        TrainerJob job;
        TrainerMessage last;
        await using (var log = new TrialLog(attempt.Trial, lease.LeaseEpoch, options.MaxLogLines, attempt.Gone))
        {
            void Write(string line)
            {
                policies.Read(line);
                log.Write(line);
            }

            Directory.CreateDirectory(attempt.Work);
            job = await patience.FetchAsync(() => jobs.CreateAsync(lease, attempt.Slots, attempt.Work, log.Write, preparing), "preparing a trial", preparing);
            await using var process = await launcher.LaunchAsync(job, attempt.Slots[0].Index, Write, preparing);
            await using var outbox = new AttemptOutbox(
                attempt.Trial, lease.LeaseEpoch, CommitAsync, patience, attempt.Gone);
            last = await new TrainerConversation(process, outbox, options, time).FollowAsync(lease.Plan.TrialId, attempt.Asked, attempt.Gone);

            // Whatever ended the trainer, what it made before is kept.
            await outbox.DrainAsync();

            async Task CommitAsync(TrainerCheckpoint checkpoint)
            {
                await uploads.CommitAsync(attempt.Trial, lease, checkpoint, attempt.Gone);
                await process.SendAsync(TrainerCommand.Committed);
            }
        }

        await ConcludeAsync(attempt, job, last, policies);
    }

    private async Task ConcludeAsync(Attempt attempt, TrainerJob job, TrainerMessage last, PolicyWatch policies)
    {
        var lease = attempt.Lease;
        switch (last)
        {
            case TrainerFinished finished:
                var result = await uploads.StoreResultAsync(jobs, lease, finished, attempt.Gone);
                await patience.DeliverAsync(() => attempt.Trial.CompleteAsync(lease.LeaseEpoch, result), "reporting a result", attempt.Gone);
                health.Worked();
                break;
            case TrainerStopped stopped:
                if (stopped.CheckpointPath is { } path)
                {
                    await uploads.CommitAsync(attempt.Trial, lease, new TrainerCheckpoint(stopped.Epoch, path, IsBest: false), attempt.Gone);
                }

                await ReleaseAsync(attempt, attempt.Reason());
                break;
            case TrainerFailed { Kind: "data" } when await shards.DropDamagedAsync(job.ShardPaths, attempt.Gone) is { } damage:
                await ReleaseAsync(attempt, damage);
                break;
            case TrainerFailed failed:
                policies.Read(failed.Message);
                await FailAsync(attempt, AttemptFailures.Of(failed, lease, policies.Found));
                break;
            default:
                throw new TrainingException($"a trainer does not end with '{last.GetType().Name}'");
        }
    }

    private Task ReleaseAsync(Attempt attempt, string reason) =>
        patience.DeliverAsync(() => attempt.Trial.ReleaseAsync(attempt.Lease.LeaseEpoch, reason), "handing a lease back", attempt.Gone);

    private async Task FailAsync(Attempt attempt, AttemptFailure failure)
    {
        if (failure is { Kind: FailureKind.Node, ExcludeNode: false })
        {
            await health.DiskIsFullAsync(failure.Message);
        }

        await patience.DeliverAsync(() => attempt.Trial.FailAsync(attempt.Lease.LeaseEpoch, failure), "reporting a failure", attempt.Gone);
    }

    private static void Delete(string work)
    {
        try
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }

            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(work)!, $"{Path.GetFileName(work)}.*"))
            {
                File.Delete(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Left-overs go when the agent starts next.
        }
    }

    /// <param name="Reason">Why it was asked.</param>
    /// <param name="Asked">A checkpoint and the lease are wanted.</param>
    /// <param name="Gone">The lease is lost, or the time to shut down is over: nothing more can be done.</param>
    private sealed record Attempt(
        TrialLease Lease, ITrialLeaseGrain Trial, string Work, IReadOnlyList<SlotShare> Slots, Func<string> Reason, CancellationToken Asked, CancellationToken Gone);
}
