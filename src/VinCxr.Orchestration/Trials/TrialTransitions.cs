using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// The trial state machine as pure functions; each returns the same instance when nothing changes. What a failure does is in the other part.
/// </summary>
public static partial class TrialTransitions
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
                Silo = request.Silo,
                Slots = request.Assigned,
                LeasedAt = now,
                NotBefore = null,
                StartedAt = trial.StartedAt ?? now,
                Reason = null,
            };

    /// <summary>Whether a node may lease the trial now.</summary>
    public static bool IsFree(TrialDocument trial, string node, DateTimeOffset now) =>
        trial is { Plan: not null, State: TrialState.Pending } && !(trial.NotBefore > now) && !trial.ExcludedNodes.Contains(node);

    public static TrialDocument Start(TrialDocument trial, long leaseEpoch, AttemptStarted started)
    {
        RequireLease(trial, leaseEpoch);
        return trial.State == TrialState.Running
            ? trial
            : Changed(trial) with { State = TrialState.Running, CodeVersion = started.CodeVersion, Epoch = started.StartEpoch };
    }

    /// <returns>The trial pointing at the checkpoint, and blobs that nothing points at any more.</returns>
    public static (TrialDocument Trial, string[] Superseded) Commit(TrialDocument trial, long leaseEpoch, CheckpointReport checkpoint)
    {
        RequireLease(trial, leaseEpoch);
        var plan = Plan(trial);
        if (trial.Checkpoints.Count > 0 && trial.Checkpoints[^1] == checkpoint)
        {
            return (trial, []);
        }

        // The same content again, from an attempt that went further back, moves to the end.
        List<CheckpointReport> all = [.. trial.Checkpoints.Where(c => c.Blob != checkpoint.Blob), checkpoint];
        var last = all.TakeLast(Math.Max(1, plan.KeepLast));
        var best = all.Where(c => c.IsBest).TakeLast(plan.KeepBest);
        var kept = all.Where(last.Union(best).Contains).ToArray();
        string[] superseded = [.. all.Except(kept).Select(c => c.Blob)];
        return (Changed(trial) with { Checkpoints = kept, Epoch = checkpoint.Epoch, ErrorsInRow = 0 }, superseded);
    }

    /// <summary>A repeat by the same holder changes nothing. A result of fewer epochs than are wanted by now is a step on the way.</summary>
    public static TrialDocument Complete(TrialDocument trial, long leaseEpoch, CompletionReport result, DateTimeOffset now)
    {
        if (trial.State == TrialState.Succeeded && trial.LeaseEpoch == leaseEpoch)
        {
            return trial;
        }

        RequireLease(trial, leaseEpoch);
        return result.Epoch < Plan(trial).Epochs
            ? Wait(trial, $"extended to {Plan(trial).Epochs} epochs while it ran; going on", now)
            : End(trial, TrialState.Succeeded, null, now) with
            {
                Epoch = result.Epoch,
                PredictionsBlob = result.PredictionsBlob,
                WeightsBlob = result.WeightsBlob,
                ActivationMapsBlob = result.ActivationMapsBlob,
                Map40 = result.Map40,
                Map40Findings = result.Map40Findings,
            };
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
            : Wait(trial, reason, now) with { PreemptionsUsed = used };
    }

    /// <summary>Asks the holder to hand the lease back; the first reason stands.</summary>
    public static TrialDocument Yield(TrialDocument trial, string reason) =>
        trial.IsLeased && trial.YieldReason is null ? Changed(trial) with { YieldReason = reason } : trial;

    public static TrialDocument Release(TrialDocument trial, long leaseEpoch, string reason, DateTimeOffset now) =>
        HoldsLease(trial, leaseEpoch) ? Wait(trial, reason, now) : trial;

    /// <param name="state"><see cref="TrialState.Cancelled"/> or <see cref="TrialState.Pruned"/>.</param>
    public static TrialDocument EndEarly(TrialDocument trial, TrialState state, string reason, DateTimeOffset now) =>
        trial.IsEnded ? trial : End(trial, state, reason, now);

    /// <summary>Failed or Cancelled -> Pending with fresh budgets. What was learned stays: the smaller batch and the lower learning rate.</summary>
    public static TrialDocument Retry(TrialDocument trial, string reason) =>
        trial.State is not (TrialState.Failed or TrialState.Cancelled)
            ? trial
            : Again(trial, reason) with { ErrorsUsed = 0, ErrorsInRow = 0, PreemptionsUsed = 0, Rollbacks = 0, ExcludedNodes = [] };

    /// <summary>Wants more epochs; a trial that succeeded with fewer waits again and goes on from its last checkpoint.</summary>
    /// <exception cref="ConflictException">It is planned for more epochs already.</exception>
    public static TrialDocument Extend(TrialDocument trial, int epochs, string settingsJson)
    {
        var plan = Plan(trial);
        if (epochs < plan.Epochs)
        {
            throw new ConflictException($"trial '{Id(trial)}' trains for {plan.Epochs} epochs already, {epochs} are fewer");
        }

        if (epochs == plan.Epochs)
        {
            return trial;
        }

        var wanted = plan with { Epochs = epochs, SettingsJson = settingsJson };
        return trial.State == TrialState.Succeeded
            ? Again(trial, $"extended from {plan.Epochs} to {epochs} epochs") with
            {
                Plan = wanted,
                PredictionsBlob = null,
                WeightsBlob = null,
                ActivationMapsBlob = null,
                Map40 = null,
                Map40Findings = null,
            }
            : Changed(trial) with { Plan = wanted };
    }

    /// <exception cref="ConflictException">The caller's lease is not the current one.</exception>
    public static void RequireLease(TrialDocument trial, long leaseEpoch)
    {
        if (!trial.IsLeased || trial.LeaseEpoch != leaseEpoch)
        {
            throw new ConflictException(
                $"lease {leaseEpoch} of trial '{Id(trial)}' is stale: the trial is {trial.State} with lease {trial.LeaseEpoch}; stop working on it");
        }
    }

    /// <summary>Slot time of all attempts, that of a running one up to now.</summary>
    public static double SlotSecondsAt(TrialDocument trial, DateTimeOffset now) => trial.SlotSeconds + SlotSecondsSince(trial, trial.LeasedAt, now);

    /// <summary>Slot time of the lease since a moment; 0 when there is no lease.</summary>
    public static double SlotSecondsSince(TrialDocument trial, DateTimeOffset? since, DateTimeOffset now) =>
        trial.IsLeased && since is { } from && now > from ? (now - from).TotalSeconds * (trial.Slots?.Sum(s => s.Share) ?? 1) : 0;

    private static bool HoldsLease(TrialDocument trial, long leaseEpoch) =>
        trial.LeaseEpoch != leaseEpoch
            ? throw new ConflictException($"lease {leaseEpoch} of trial '{Id(trial)}' is stale: lease {trial.LeaseEpoch} was given since; stop working on it")
            : trial.IsLeased;

    private static TrialDocument Wait(TrialDocument trial, string reason, DateTimeOffset now) =>
        WithoutLease(trial, now) with { State = TrialState.Pending, Node = null, Reason = reason };

    /// <summary>The node stays named: it says where the trial ended.</summary>
    private static TrialDocument End(TrialDocument trial, TrialState state, string? reason, DateTimeOffset now) =>
        WithoutLease(trial, now) with { State = state, Reason = reason, EndedAt = now, NotBefore = null };

    private static TrialDocument Again(TrialDocument trial, string reason) =>
        Changed(trial) with { State = TrialState.Pending, Node = null, Reason = reason, EndedAt = null, NotBefore = null, Metrics = null };

    private static TrialDocument WithoutLease(TrialDocument trial, DateTimeOffset now) => Changed(trial) with
    {
        SlotSeconds = SlotSecondsAt(trial, now),
        Incarnation = null,
        Silo = null,
        Slots = null,
        LeasedAt = null,
        YieldReason = null,
    };

    private static TrialDocument Changed(TrialDocument trial) => trial with { Revision = trial.Revision + 1 };

    private static TrialPlan Plan(TrialDocument trial) => trial.Plan ?? throw new NotFoundException("the trial was never planned");

    private static string Id(TrialDocument trial) => Plan(trial).TrialId;
}
