using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// One attempt at one trial: prepares the job, runs the trainer, carries its results to the store and its facts to the trial.
/// Blobs are stored before anything points at them.
/// </summary>
internal sealed class TrialRunner(
    IGrainFactory grains, IStore store, TrainerJobs jobs, TrialShards shards, ITrainerLauncher launcher, AgentOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TrainerCommand Stop = new("stop");

    public async Task RunAsync(TrialLease lease, int slot, CancellationToken stopping)
    {
        var trial = grains.GetGrain<ITrialLeaseGrain>(lease.Plan.TrialId);
        string work = Path.Combine(options.WorkDirectory, $"{lease.Plan.TrialId}-{lease.LeaseEpoch}");
        await using var keeper = new LeaseKeeper(() => trial.RenewAsync(lease.LeaseEpoch), lease.Ttl, time, logger);
        try
        {
            Directory.CreateDirectory(work);
            await AttemptAsync(lease, trial, work, slot, keeper.Lost, stopping);
        }
        catch (Exception) when (keeper.Lost.IsCancellationRequested)
        {
            // The trial belongs to someone else, or to no one: nothing may be said about it any more.
        }
        catch (ConflictException error)
        {
            AgentLog.LeaseLost(logger, error.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await ReportAsync(lease, () => trial.ReleaseAsync(lease.LeaseEpoch, "the node shut down"));
        }
        catch (LostShardException error)
        {
            await ReportAsync(lease, () => trial.ReleaseAsync(lease.LeaseEpoch, error.Message));
        }
        catch (Exception error)
        {
            await ReportAsync(lease, () => trial.FailAsync(lease.LeaseEpoch, new AttemptFailure(FailureKind.Error, error.Message)));
        }
        finally
        {
            Delete(work);
        }
    }

    private async Task AttemptAsync(TrialLease lease, ITrialLeaseGrain trial, string work, int slot, CancellationToken lost, CancellationToken stopping)
    {
        using var preparing = CancellationTokenSource.CreateLinkedTokenSource(lost, stopping);
        TrainerJob job;
        TrainerMessage? last;
        await using (var log = new TrialLog(trial, lease.LeaseEpoch, options.MaxLogLines))
        {
            job = await jobs.CreateAsync(lease, work, log.Write, preparing.Token);
            await using var process = await launcher.LaunchAsync(job, slot, log.Write, preparing.Token);
            last = await FollowAsync(lease, trial, process, lost, stopping);
            if (last is null)
            {
                int code = await process.ExitCodeAsync().WaitAsync(options.StopGrace, time, lost);
                last = new TrainerFailed("error", $"the trainer {ExitCodes.Describe(code)} without a result; see 'vincxr trial logs {lease.Plan.TrialId}'");
            }
        }

        if (last is TrainerFailed { Kind: "data" } && await shards.DropDamagedAsync(job.ShardPaths, preparing.Token) is { } damage)
        {
            await trial.ReleaseAsync(lease.LeaseEpoch, damage);
            return;
        }

        await ConcludeAsync(lease, trial, last, lost);
    }

    /// <summary>Passes messages on until the last one.</summary>
    /// <returns>How it ended, or null when the trainer vanished without a word.</returns>
    private async Task<TrainerMessage?> FollowAsync(
        TrialLease lease, ITrialLeaseGrain trial, ITrainerProcess process, CancellationToken lost, CancellationToken stopping)
    {
        long ordinal = 0;
        bool asked = false;
        while (true)
        {
            using var silence = new CancellationTokenSource(asked ? options.StopGrace : options.HangTimeout, time);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(lost, silence.Token, asked ? CancellationToken.None : stopping);
            TrainerMessage? message;
            try
            {
                message = await process.ReadAsync(wait.Token);
            }
            catch (OperationCanceledException) when (!lost.IsCancellationRequested)
            {
                if (asked)
                {
                    return new TrainerStopped(0, null);
                }

                if (!stopping.IsCancellationRequested)
                {
                    return new TrainerFailed("error", $"the trainer said nothing for {options.HangTimeout.TotalMinutes:0.#} minutes and was ended");
                }

                asked = true;
                await process.SendAsync(Stop);
                continue;
            }

            switch (message)
            {
                case TrainerStarted started:
                    await trial.StartedAsync(lease.LeaseEpoch, new AttemptStarted(started.StartEpoch, started.Parameters, started.Device, started.CodeVersion));
                    break;
                case TrainerMetrics metrics:
                    await trial.ReportMetricsAsync(lease.LeaseEpoch, [new MetricReport(++ordinal, metrics.Epoch, metrics.Step, new(metrics.Values))]);
                    break;
                case TrainerCheckpoint checkpoint:
                    await CommitAsync(lease, trial, checkpoint, lost);
                    break;
                case TrainerProgress:
                    break;
                default:
                    return message;
            }
        }
    }

    private async Task CommitAsync(TrialLease lease, ITrialLeaseGrain trial, TrainerCheckpoint checkpoint, CancellationToken lost)
    {
        CheckpointSeal.Append(checkpoint.Path, lease.Plan.TrialId);
        string blob = await UploadAsync(lease, checkpoint.Path, "checkpoint", lost);
        foreach (string superseded in await trial.CommitCheckpointAsync(lease.LeaseEpoch, new CheckpointReport(blob, checkpoint.Epoch, checkpoint.IsBest)))
        {
            await store.Blobs.DeleteAsync(superseded, lost);
        }

        File.Delete(checkpoint.Path);
    }

    private async Task ConcludeAsync(TrialLease lease, ITrialLeaseGrain trial, TrainerMessage last, CancellationToken lost)
    {
        switch (last)
        {
            case TrainerFinished finished:
                string predictions = await UploadAsync(lease, finished.PredictionsPath, "oof-predictions", lost);
                string weights = await UploadAsync(lease, finished.WeightsPath, "weights", lost);
                var (map40, findings) = await jobs.ScoreAsync(lease.Plan, finished.PredictionsPath);
                await trial.CompleteAsync(lease.LeaseEpoch, new CompletionReport(finished.Epoch, predictions, weights, map40, findings));
                break;
            case TrainerStopped stopped:
                if (stopped.CheckpointPath is { } path)
                {
                    await CommitAsync(lease, trial, new TrainerCheckpoint(stopped.Epoch, path, IsBest: false), lost);
                }

                await trial.ReleaseAsync(lease.LeaseEpoch, "the node shut down");
                break;
            case TrainerFailed failed:
                var kind = failed.Kind switch { "oom" => FailureKind.OutOfMemory, "nan" => FailureKind.Diverged, _ => FailureKind.Error };
                await trial.FailAsync(lease.LeaseEpoch, new AttemptFailure(kind, failed.Message));
                break;
            default:
                throw new TrainingException($"a trainer does not end with '{last.GetType().Name}'");
        }
    }

    private async Task<string> UploadAsync(TrialLease lease, string path, string kind, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var metadata = new Dictionary<string, string> { ["trial"] = lease.Plan.TrialId, ["kind"] = kind, ["lease_epoch"] = $"{lease.LeaseEpoch}" };
        return (await store.Blobs.PutAsync(file, metadata, cancellationToken)).Id;
    }

    private async Task ReportAsync(TrialLease lease, Func<Task> report)
    {
        try
        {
            await report();
        }
        catch (Exception error)
        {
            // The lease runs out by itself and the trial goes on elsewhere.
            AgentLog.ReportFailed(logger, $"trial {lease.Plan.TrialId}", error.Message);
        }
    }

    private static void Delete(string work)
    {
        try
        {
            Directory.Delete(work, recursive: true);
            File.Delete($"{work}.{ProcessTrainerLauncher.JobFile}");
            File.Delete($"{work}.resume");
        }
        catch (IOException)
        {
            // Left-overs go when the agent starts next.
        }
    }
}
