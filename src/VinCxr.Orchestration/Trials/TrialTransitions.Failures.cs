using VinCxr.Contracts.Trials;
using VinCxr.Core.Trials;

namespace VinCxr.Orchestration.Trials;

/// <summary>What each kind of failure spends and what happens next; docs/failures.md is this as a table.</summary>
public static partial class TrialTransitions
{
    /// <summary>What the learning rate is multiplied with after a loss that was not finite.</summary>
    public const double RollbackLrFactor = 0.1;

    /// <summary>Spends from the budget of the failure's kind. A repeat by the same holder changes nothing.</summary>
    public static TrialDocument Fail(TrialDocument trial, long leaseEpoch, AttemptFailure failure, RetryBackoff backoff, DateTimeOffset now)
    {
        if (!HoldsLease(trial, leaseEpoch))
        {
            return trial;
        }

        var next = failure.Kind switch
        {
            FailureKind.OutOfMemory => OutOfMemory(trial, failure, now),
            FailureKind.Diverged => Diverged(trial, failure, now),
            FailureKind.Node => Wait(trial, $"node '{trial.Node}' is at fault: {failure.Message}", now),
            FailureKind.Fatal => End(trial, TrialState.Failed, failure.Message, now) with { ErrorsUsed = trial.ErrorsUsed + 1 },
            FailureKind.Checkpoint when trial.Checkpoints.Any(c => c.Blob == failure.Checkpoint) => WithoutCheckpoint(trial, failure, now),
            _ => Error(trial, failure, backoff, now),
        };
        return failure.ExcludeNode && trial.Node is { } node && !trial.ExcludedNodes.Contains(node)
            ? next with { ExcludedNodes = [.. trial.ExcludedNodes, node] }
            : next;
    }

    private static TrialDocument Error(TrialDocument trial, AttemptFailure failure, RetryBackoff backoff, DateTimeOffset now)
    {
        int used = trial.ErrorsUsed + 1, inRow = trial.ErrorsInRow + 1, allowed = Plan(trial).MaxErrors;
        return used > allowed
            ? End(trial, TrialState.Failed, $"failed {used} times, retry.errors is {allowed}; last: {failure.Message}", now) with { ErrorsUsed = used }
            : Wait(trial, $"error {used} of {allowed} allowed: {failure.Message}", now) with
            {
                ErrorsUsed = used,
                ErrorsInRow = inRow,
                NotBefore = now + backoff.After(inRow),
            };
    }

    private static TrialDocument OutOfMemory(TrialDocument trial, AttemptFailure failure, DateTimeOffset now)
    {
        int halvings = trial.BatchHalvings + 1, batch = Plan(trial).Batch;
        return BatchHalving.Batch(batch, trial.BatchHalvings) == 1
            ? End(trial, TrialState.Failed, $"out of memory even with batch 1: {failure.Message}", now)
            : Wait(trial, $"out of memory; trying again with batch {BatchHalving.Batch(batch, halvings)}", now) with { BatchHalvings = halvings };
    }

    private static TrialDocument Diverged(TrialDocument trial, AttemptFailure failure, DateTimeOffset now)
    {
        if (trial.Rollbacks > 0)
        {
            string again = $"diverged again with {trial.LrFactor:0.######} of the learning rate: {failure.Message}";
            return End(trial, TrialState.Failed, again, now) with { ErrorsUsed = trial.ErrorsUsed + 1 };
        }

        double factor = trial.LrFactor * RollbackLrFactor;
        string reason = $"diverged: {failure.Message}; going back to epoch {ResumeEpoch(trial)} with {factor:0.######} of the learning rate";
        return Wait(trial, reason, now) with { Rollbacks = trial.Rollbacks + 1, LrFactor = factor };
    }

    private static TrialDocument WithoutCheckpoint(TrialDocument trial, AttemptFailure failure, DateTimeOffset now)
    {
        var rest = trial with { Checkpoints = [.. trial.Checkpoints.Where(c => c.Blob != failure.Checkpoint)] };
        return Wait(rest, $"{failure.Message}; going back to epoch {ResumeEpoch(rest)}", now) with { Epoch = ResumeEpoch(rest) };
    }

    private static int ResumeEpoch(TrialDocument trial) => trial.Checkpoints.Count > 0 ? trial.Checkpoints[^1].Epoch : 0;
}
