using System.Security.Cryptography;
using System.Text;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Simulation;

/// <summary>A lease of a simulated agent and the attempt that runs under it: says through the lease contract what a runner with a trainer would.</summary>
internal sealed class SimulatedHolder(
    TrialLease lease, ITrialLeaseGrain trial, SimulationScript script, SimulatedResults results, SimulatedAgentOptions options, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _yield = new();
    private readonly long _start = time.GetTimestamp();
    private long _renewed = time.GetTimestamp();
    private string _yieldReason = "";

    public string TrialId => lease.Plan.TrialId;

    /// <returns>True when the trial knows how the attempt ended; false when it is someone else's by now.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, _yield.Token, stopping);
        try
        {
            await AttemptAsync(any.Token);
            return true;
        }
        catch (OperationCanceledException) when (!_lost.IsCancellationRequested && any.IsCancellationRequested)
        {
            await trial.ReleaseAsync(lease.LeaseEpoch, stopping.IsCancellationRequested ? "the node shut down" : _yieldReason);
            return true;
        }
        catch (Exception error) when (error is ConflictException || _lost.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Never throws; a holder that could not renew for five sixths of the ttl gives up.</summary>
    public async Task RenewAsync()
    {
        try
        {
            long asked = time.GetTimestamp();
            var standing = await trial.RenewAsync(lease.LeaseEpoch);
            _renewed = asked;
            if (standing.Yield)
            {
                _yieldReason = standing.Reason ?? "asked to yield";
                await _yield.CancelAsync();
            }
        }
        catch (Exception error) when (error is ConflictException || time.GetElapsedTime(_renewed) >= lease.Ttl * 5 / 6)
        {
            await _lost.CancelAsync();
        }
        catch (Exception error) when (error is TimeoutException or OrleansException or VinCxrException)
        {
            // The next round tries again.
        }
    }

    public void Dispose()
    {
        _lost.Dispose();
        _yield.Dispose();
    }

    private async Task AttemptAsync(CancellationToken cancellationToken)
    {
        var plan = lease.Plan;
        var simulated = new SimulatedTrial(
            script, StateJson.Read<TrialSettings>(plan.SettingsJson), plan.Fold, plan.Variant, StateJson.Read<CheckpointSpec>(plan.CheckpointJson));
        long ordinal = 0;
        foreach (var happening in simulated.Plan(new AttemptConditions(lease.LeaseEpoch, lease.ResumeEpoch, lease.BatchHalvings, lease.LrFactor)))
        {
            await WaitUntilAsync(happening.At, cancellationToken);
            switch (happening)
            {
                case AttemptBegun begun:
                    await trial.StartedAsync(lease.LeaseEpoch, new AttemptStarted(begun.StartEpoch, 1000, "simulated", SimulatedAttempt.CodeVersion));
                    break;
                case EpochTrained trained:
                    long asked = time.GetTimestamp();
                    await trial.ReportMetricsAsync(lease.LeaseEpoch, [new MetricReport(++ordinal, trained.Epoch, trained.Step, new(trained.Values))]);
                    options.Reported?.Invoke(time.GetElapsedTime(asked));
                    break;
                case CheckpointDue due when options.CommitsCheckpoints:
                    await trial.CommitCheckpointAsync(lease.LeaseEpoch, new CheckpointReport(CheckpointId(due.Epoch), due.Epoch, due.IsBest));
                    break;
                case LineLogged line:
                    await trial.AppendLogAsync(lease.LeaseEpoch, [line.Text]);
                    break;
                case TrialFinished:
                    await trial.CompleteAsync(lease.LeaseEpoch, await results.OfAsync(simulated, plan));
                    break;
                case AttemptFailed failed:
                    await FailAsync(failed.Kind == "oom" ? FailureKind.OutOfMemory : FailureKind.Diverged, failed.Message);
                    break;
                case ProcessDied died:
                    await FailAsync(FailureKind.Error, $"the trainer exited with code {died.ExitCode} without a result");
                    break;
                case WentSilent:
                    await Task.Delay(options.HangTimeout, time, cancellationToken);
                    await FailAsync(FailureKind.Error, $"the trainer said nothing for {options.HangTimeout.TotalMinutes:0.#} minutes and was ended");
                    break;
                default:
                    break;
            }
        }
    }

    private Task FailAsync(FailureKind kind, string message) => trial.FailAsync(lease.LeaseEpoch, new AttemptFailure(kind, message));

    private string CheckpointId(int epoch) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{lease.Plan.TrialId}|{epoch}")));

    private Task WaitUntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return at - time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }
}
