using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Trials;

/// <summary>The trial state machine as pure functions; each returns the same instance when nothing changes.</summary>
public static class TrialTransitions
{
    public static TrialDocument Lease(TrialDocument trial, LeaseRequest request, DateTimeOffset now) =>
        trial.State != TrialState.Pending
            ? throw new ConflictException($"trial '{Id(trial)}' is {trial.State}, not Pending")
            : Changed(trial) with
            {
                State = TrialState.Leased,
                LeaseEpoch = trial.LeaseEpoch + 1,
                Node = request.Node,
                Incarnation = request.Incarnation,
                StartedAt = trial.StartedAt ?? now,
                Reason = null,
            };

    public static TrialDocument Start(TrialDocument trial, long leaseEpoch, AttemptStarted started)
    {
        RequireLease(trial, leaseEpoch);
        return trial.State == TrialState.Running
            ? trial
            : Changed(trial) with { State = TrialState.Running, CodeVersion = started.CodeVersion };
    }

    /// <returns>The trial pointing at the checkpoint, and blobs that nothing points at any more.</returns>
    public static (TrialDocument Trial, string[] Superseded) Commit(TrialDocument trial, long leaseEpoch, CheckpointReport checkpoint)
    {
        RequireLease(trial, leaseEpoch);
        var plan = Plan(trial);
        if (trial.Checkpoints.Contains(checkpoint))
        {
            return (trial, []);
        }

        List<CheckpointReport> all = [.. trial.Checkpoints, checkpoint];
        var last = all.TakeLast(Math.Max(1, plan.KeepLast));
        var best = all.Where(c => c.IsBest).TakeLast(plan.KeepBest);
        var kept = all.Where(last.Union(best).Contains).ToArray();
        var keptBlobs = kept.Select(c => c.Blob).ToHashSet();
        string[] superseded = [.. all.Select(c => c.Blob).Where(b => !keptBlobs.Contains(b)).Distinct()];
        return (Changed(trial) with { Checkpoints = kept, Epoch = Math.Max(trial.Epoch, checkpoint.Epoch) }, superseded);
    }

    /// <summary>A repeat by the same holder changes nothing.</summary>
    public static TrialDocument Complete(TrialDocument trial, long leaseEpoch, CompletionReport result, DateTimeOffset now)
    {
        if (trial.State == TrialState.Succeeded && trial.LeaseEpoch == leaseEpoch)
        {
            return trial;
        }

        RequireLease(trial, leaseEpoch);
        return End(trial, TrialState.Succeeded, null, now) with
        {
            Epoch = result.Epoch,
            PredictionsBlob = result.PredictionsBlob,
            WeightsBlob = result.WeightsBlob,
            Map40 = result.Map40,
            Map40Findings = result.Map40Findings,
        };
    }

    /// <summary>Spends from the budget of the failure's kind. A repeat by the same holder changes nothing.</summary>
    public static TrialDocument Fail(TrialDocument trial, long leaseEpoch, AttemptFailure failure, DateTimeOffset now)
    {
        if (!HoldsLease(trial, leaseEpoch))
        {
            return trial;
        }

        var plan = Plan(trial);
        switch (failure.Kind)
        {
            case FailureKind.Diverged:
                return End(trial, TrialState.Failed, failure.Message, now) with { ErrorsUsed = trial.ErrorsUsed + 1 };
            case FailureKind.OutOfMemory when plan.Batch >> (trial.BatchHalvings + 1) >= 1:
                return Wait(trial, $"out of memory; trying again with batch {plan.Batch >> (trial.BatchHalvings + 1)}") with
                {
                    BatchHalvings = trial.BatchHalvings + 1,
                };
            case FailureKind.OutOfMemory:
                return End(trial, TrialState.Failed, $"out of memory even with batch 1: {failure.Message}", now);
            default:
                int used = trial.ErrorsUsed + 1;
                return used > plan.MaxErrors
                    ? End(trial, TrialState.Failed, $"failed {used} times, retry.errors is {plan.MaxErrors}; last: {failure.Message}", now) with { ErrorsUsed = used }
                    : Wait(trial, $"error {used} of {plan.MaxErrors} allowed: {failure.Message}") with { ErrorsUsed = used };
        }
    }

    /// <summary>The holder vanished.</summary>
    public static TrialDocument Preempt(TrialDocument trial, string reason, DateTimeOffset now)
    {
        if (!trial.IsLeased)
        {
            return trial;
        }

        int used = trial.PreemptionsUsed + 1;
        return used > Plan(trial).MaxPreemptions
            ? End(trial, TrialState.Failed, $"preempted {used} times, retry.preemptions is {Plan(trial).MaxPreemptions}; last: {reason}", now) with { PreemptionsUsed = used }
            : Wait(trial, reason) with { PreemptionsUsed = used };
    }

    public static TrialDocument Release(TrialDocument trial, long leaseEpoch, string reason) =>
        HoldsLease(trial, leaseEpoch) ? Wait(trial, reason) : trial;

    /// <param name="state"><see cref="TrialState.Cancelled"/> or <see cref="TrialState.Pruned"/>.</param>
    public static TrialDocument EndEarly(TrialDocument trial, TrialState state, string reason, DateTimeOffset now) =>
        trial.IsEnded ? trial : End(trial, state, reason, now);

    /// <exception cref="ConflictException">The caller's lease is not the current one.</exception>
    public static void RequireLease(TrialDocument trial, long leaseEpoch)
    {
        if (!trial.IsLeased || trial.LeaseEpoch != leaseEpoch)
        {
            throw new ConflictException(
                $"lease {leaseEpoch} of trial '{Id(trial)}' is stale: the trial is {trial.State} with lease {trial.LeaseEpoch}; stop working on it");
        }
    }

    private static bool HoldsLease(TrialDocument trial, long leaseEpoch) =>
        trial.LeaseEpoch != leaseEpoch
            ? throw new ConflictException($"lease {leaseEpoch} of trial '{Id(trial)}' is stale: lease {trial.LeaseEpoch} was given since; stop working on it")
            : trial.IsLeased;

    private static TrialDocument Wait(TrialDocument trial, string reason) =>
        Changed(trial) with { State = TrialState.Pending, Node = null, Incarnation = null, Reason = reason };

    private static TrialDocument End(TrialDocument trial, TrialState state, string? reason, DateTimeOffset now) =>
        Changed(trial) with { State = state, Reason = reason, EndedAt = now };

    private static TrialDocument Changed(TrialDocument trial) => trial with { Revision = trial.Revision + 1 };

    private static TrialPlan Plan(TrialDocument trial) => trial.Plan ?? throw new NotFoundException("the trial was never planned");

    private static string Id(TrialDocument trial) => Plan(trial).TrialId;
}
