using CsCheck;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Tests.Trials;

public sealed class TrialTransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly RetryBackoff Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    private enum Step
    {
        Lease,
        Start,
        Commit,
        Complete,
        Error,
        OutOfMemory,
        Diverge,
        NodeFault,
        Fatal,
        BadCheckpoint,
        Preempt,
        Yield,
        Release,
        Cancel,
        Prune,
        Retry,
        Extend,
    }

    [Fact]
    public void Any_sequence_of_events_keeps_the_invariants()
    {
        Gen.Select(Gen.Enum<Step>(), Gen.Int[-1, 0]).List[1, 60].Sample(steps =>
        {
            var trial = Planned(errors: 2, preemptions: 2);
            foreach (var (step, epochOffset) in steps)
            {
                var before = trial;
                try
                {
                    trial = Apply(trial, step, trial.LeaseEpoch + epochOffset);
                }
                catch (ConflictException)
                {
                    // Refused: nothing changed, checked below.
                }

                bool changed = !ReferenceEquals(before, trial);
                bool isHolders = step is not (Step.Lease or Step.Preempt or Step.Yield or Step.Cancel or Step.Prune or Step.Retry or Step.Extend);
                bool onlyCurrentHolder = !changed || !isHolders || (epochOffset == 0 && before.IsLeased);
                bool endsOnce = !before.IsEnded || !changed || step is Step.Retry or Step.Extend;
                bool holds = onlyCurrentHolder && endsOnce
                    && trial.LeaseEpoch == before.LeaseEpoch + (changed && step == Step.Lease ? 1 : 0)
                    && trial.Revision == before.Revision + (changed ? 1 : 0)
                    && trial.ErrorsUsed <= 3 && trial.PreemptionsUsed <= 3 && trial.Rollbacks <= 1
                    && BatchHalving.Batch(8, trial.BatchHalvings - 1) > 1
                    && trial.SlotSeconds >= before.SlotSeconds
                    && (trial.EndedAt is not null) == trial.IsEnded
                    && (trial.State == TrialState.Succeeded) == (trial.PredictionsBlob is not null)
                    && (trial.ActivationMapsBlob is not null) == (trial.PredictionsBlob is not null)
                    && (trial.Node is not null || !trial.IsLeased)
                    && (trial.LeasedAt is not null) == trial.IsLeased && (trial.YieldReason is null || trial.IsLeased)
                    && (trial.NotBefore is null || trial.State == TrialState.Pending);
                if (!holds)
                {
                    return false;
                }
            }

            return true;
        });
    }

    [Fact]
    public void Budgets_are_separate_and_each_ends_the_trial_at_its_own_bound()
    {
        // Errors and preemptions in any order: the trial ends at the first budget that is overdrawn, never before.
        Gen.Bool.List[0, 12].Sample(isError =>
        {
            var trial = Planned(errors: 2, preemptions: 3);
            int errors = 0, preemptions = 0;
            foreach (bool error in isError)
            {
                trial = error ? Fail(Leased(trial), FailureKind.Error) : TrialTransitions.Preempt(Leased(trial), "gone", Now);
                (errors, preemptions) = (errors + (error ? 1 : 0), preemptions + (error ? 0 : 1));
                if (trial.IsEnded)
                {
                    return trial.State == TrialState.Failed && (errors == 3 || preemptions == 4);
                }
            }

            return errors <= 2 && preemptions <= 3;
        });
    }

    [Theory]
    [InlineData(1, 1, new[] { "b", "c" })]
    [InlineData(2, 0, new[] { "b", "c" })]
    [InlineData(1, 2, new[] { "a", "b", "c" })]
    public void Checkpoints_keep_the_newest_and_the_best(int keepLast, int keepBest, string[] kept)
    {
        var trial = Leased(Planned(keepLast: keepLast, keepBest: keepBest));
        List<string> superseded = [];
        foreach (var (blob, isBest) in new[] { ("a", true), ("b", true), ("c", false) })
        {
            (trial, string[] gone) = TrialTransitions.Commit(trial, 1, new CheckpointReport(blob, superseded.Count + 1, isBest));
            superseded.AddRange(gone);
        }

        Assert.Equal(kept, trial.Checkpoints.Select(c => c.Blob));
        Assert.Equal(new[] { "a", "b", "c" }.Except(kept), superseded);
    }

    [Fact]
    public void A_checkpoint_made_again_after_going_back_is_the_newest_and_is_not_given_up()
    {
        var trial = Committed(Leased(Planned()), ("a", 1), ("b", 2));
        var (again, superseded) = TrialTransitions.Commit(trial, 1, new CheckpointReport("a", 1, IsBest: false));

        Assert.Equal("a", again.Checkpoints[^1].Blob);
        Assert.DoesNotContain("a", superseded);
    }

    [Fact]
    public void Unlimited_preemptions_never_fail_a_trial()
    {
        var trial = Planned(preemptions: null);
        for (int i = 0; i < 100; i++)
        {
            trial = TrialTransitions.Preempt(Leased(trial), "gone", Now);
        }

        Assert.Equal((TrialState.Pending, 100), (trial.State, trial.PreemptionsUsed));
    }

    [Fact]
    public void Out_of_memory_with_a_batch_of_one_fails()
    {
        var trial = Planned(batch: 6);
        foreach (int batch in new[] { 3, 1 })
        {
            trial = Fail(Leased(trial), FailureKind.OutOfMemory);
            Assert.Equal((TrialState.Pending, $"out of memory; trying again with batch {batch}", 0), (trial.State, trial.Reason, trial.ErrorsUsed));
        }

        trial = Fail(Leased(trial), FailureKind.OutOfMemory);
        Assert.Equal((TrialState.Failed, "out of memory even with batch 1: x"), (trial.State, trial.Reason));
    }

    [Fact]
    public void A_loss_that_is_not_finite_goes_back_once_with_a_tenth_of_the_learning_rate_and_then_fails()
    {
        var trial = Fail(Committed(Leased(Planned()), ("a", 2)), FailureKind.Diverged);
        Assert.Equal((TrialState.Pending, 0.1, 0, "diverged: x; going back to epoch 2 with 0.1 of the learning rate"), (trial.State, trial.LrFactor, trial.ErrorsUsed, trial.Reason));

        trial = Fail(Leased(trial), FailureKind.Diverged);
        Assert.Equal((TrialState.Failed, "diverged again with 0.1 of the learning rate: x"), (trial.State, trial.Reason));
    }

    [Fact]
    public void Errors_without_progress_wait_twice_as_long_each_time_up_to_a_bound_and_nothing_else_waits()
    {
        var trial = Planned(errors: 9);
        List<double?> waits = [];
        for (int i = 0; i < 5; i++)
        {
            trial = Fail(Leased(trial), FailureKind.Error);
            waits.Add((trial.NotBefore - Now)?.TotalSeconds);
            Assert.False(TrialTransitions.IsFree(trial, "node", Now));
            Assert.True(TrialTransitions.IsFree(trial, "node", trial.NotBefore!.Value));
        }

        Assert.Equal([1, 2, 4, 5, 5], waits);
        trial = Fail(Committed(Leased(trial), ("progress", 1)), FailureKind.Error);
        Assert.Equal((6, 1.0), (trial.ErrorsUsed, (trial.NotBefore!.Value - Now).TotalSeconds));
        Assert.Null(Fail(Leased(trial), FailureKind.OutOfMemory).NotBefore);
        Assert.Null(TrialTransitions.Preempt(Leased(trial), "gone", Now).NotBefore);
    }

    [Fact]
    public void A_node_at_fault_costs_no_budget_and_is_excluded_when_a_policy_says_so()
    {
        var trial = Leased(Planned(errors: 0));
        trial = TrialTransitions.Fail(trial, 1, new AttemptFailure(FailureKind.Node, "ECC", ExcludeNode: true), Backoff, Now);

        Assert.Equal((TrialState.Pending, 0, 0, "node 'node' is at fault: ECC"), (trial.State, trial.ErrorsUsed, trial.PreemptionsUsed, trial.Reason));
        Assert.False(TrialTransitions.IsFree(trial, "node", Now));
        Assert.True(TrialTransitions.IsFree(trial, "other", Now));
        Assert.Equal(TrialState.Failed, Fail(Leased(trial), FailureKind.Fatal).State);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_used_is_given_up_for_the_one_before_and_then_for_a_fresh_start()
    {
        var trial = Committed(Leased(Planned(errors: 0)), ("a", 1), ("b", 2));
        trial = Bad(trial, "b");
        Assert.Equal((TrialState.Pending, "a", 1), (trial.State, trial.Checkpoints.Single().Blob, trial.Epoch));
        trial = Bad(Leased(trial), "a");
        Assert.Equal((TrialState.Pending, 0, 0), (trial.State, trial.Checkpoints.Count, trial.Epoch));

        // A checkpoint that the trial never had is an error like any other.
        Assert.Equal(TrialState.Failed, Bad(Leased(trial), "fork").State);

        static TrialDocument Bad(TrialDocument trial, string blob) => TrialTransitions.Fail(
            trial, trial.LeaseEpoch, new AttemptFailure(FailureKind.Checkpoint, "damaged", Checkpoint: blob), Backoff, Now);
    }

    [Fact]
    public void Slot_time_adds_up_over_leases_by_share()
    {
        var half = new LeaseRequest("node", "run", Assigned: [new SlotShare(0, 0.5)]);
        var trial = TrialTransitions.Release(TrialTransitions.Lease(Planned(), half, Now), 1, "back", Now.AddSeconds(10));
        Assert.Equal(5, trial.SlotSeconds, 1e-9);

        trial = TrialTransitions.Lease(trial, new LeaseRequest("node", "run"), Now.AddSeconds(60));
        Assert.Equal(7, TrialTransitions.SlotSecondsAt(trial, Now.AddSeconds(62)), 1e-9);
        Assert.Equal(8, TrialTransitions.Preempt(trial, "gone", Now.AddSeconds(63)).SlotSeconds, 1e-9);
    }

    [Fact]
    public void Retry_gives_fresh_budgets_and_keeps_checkpoints_and_what_was_learned()
    {
        var trial = Committed(Leased(Planned(errors: 1)), ("a", 1));
        trial = Fail(trial, FailureKind.OutOfMemory);
        trial = Fail(Leased(Fail(Leased(trial), FailureKind.Error)), FailureKind.Error);
        Assert.Equal(TrialState.Failed, trial.State);

        var again = TrialTransitions.Retry(trial, "asked");
        Assert.Equal((TrialState.Pending, 0, 1, "a", "asked"), (again.State, again.ErrorsUsed, again.BatchHalvings, again.Checkpoints[^1].Blob, again.Reason));
        Assert.Equal(trial.LeaseEpoch, again.LeaseEpoch);
        Assert.Same(again, TrialTransitions.Retry(again, "twice"));
    }

    [Fact]
    public void Extending_sends_a_finished_trial_on_and_a_running_one_further()
    {
        var running = Committed(Leased(Planned()), ("a", 3));
        var done = TrialTransitions.Complete(running, 1, new CompletionReport(3, "p", "w", 0.5, 0.4, "m"), Now);
        Assert.Same(done, TrialTransitions.Extend(done, 3, "{}"));
        Assert.Contains("2 are fewer", Assert.Throws<ConflictException>(() => TrialTransitions.Extend(done, 2, "{}")).Message, StringComparison.Ordinal);

        var extended = TrialTransitions.Extend(done, 6, "{6}");
        Assert.Equal(("m", null), (done.ActivationMapsBlob, extended.ActivationMapsBlob));
        Assert.Equal((TrialState.Pending, 6, "{6}", "a"), (extended.State, extended.Plan!.Epochs, extended.Plan.SettingsJson, extended.Checkpoints[^1].Blob));

        var meanwhile = TrialTransitions.Complete(TrialTransitions.Extend(running, 6, "{6}"), 1, new CompletionReport(3, "p", "w", 0.5, 0.4, "m"), Now);
        Assert.Equal((TrialState.Pending, "extended to 6 epochs while it ran; going on"), (meanwhile.State, meanwhile.Reason));
    }

    private static TrialDocument Apply(TrialDocument trial, Step step, long epoch) => step switch
    {
        Step.Lease => Leased(trial),
        Step.Start => TrialTransitions.Start(trial, epoch, new AttemptStarted(0, 1, "cpu", "code")),
        Step.Commit => TrialTransitions.Commit(trial, epoch, new CheckpointReport($"blob{trial.Revision}", 1, false)).Trial,
        Step.Complete => TrialTransitions.Complete(trial, epoch, new CompletionReport(trial.Plan!.Epochs, "p", "w", 0.5, 0.4, "m"), Now),
        Step.Error => Fail(trial, FailureKind.Error, epoch),
        Step.OutOfMemory => Fail(trial, FailureKind.OutOfMemory, epoch),
        Step.Diverge => Fail(trial, FailureKind.Diverged, epoch),
        Step.NodeFault => Fail(trial, FailureKind.Node, epoch),
        Step.Fatal => Fail(trial, FailureKind.Fatal, epoch),
        Step.BadCheckpoint => TrialTransitions.Fail(trial, epoch, new AttemptFailure(FailureKind.Checkpoint, "x", Checkpoint: trial.Checkpoints is [.., var last] ? last.Blob : null), Backoff, Now),
        Step.Preempt => TrialTransitions.Preempt(trial, "gone", Now),
        Step.Yield => TrialTransitions.Yield(trial, "make room"),
        Step.Release => TrialTransitions.Release(trial, epoch, "shut down", Now),
        Step.Cancel => TrialTransitions.EndEarly(trial, TrialState.Cancelled, "asked", Now),
        Step.Prune => TrialTransitions.EndEarly(trial, TrialState.Pruned, "weak", Now),
        Step.Retry => TrialTransitions.Retry(trial, "again"),
        _ => TrialTransitions.Extend(trial, trial.Plan!.Epochs + 1, "{}"),
    };

    private static TrialDocument Fail(TrialDocument trial, FailureKind kind, long? leaseEpoch = null) =>
        TrialTransitions.Fail(trial, leaseEpoch ?? trial.LeaseEpoch, new AttemptFailure(kind, "x"), Backoff, Now);

    private static TrialDocument Committed(TrialDocument trial, params (string Blob, int Epoch)[] checkpoints) => checkpoints.Aggregate(
        trial with { Plan = trial.Plan! with { KeepLast = 9 } },
        (t, c) => TrialTransitions.Commit(t, t.LeaseEpoch, new CheckpointReport(c.Blob, c.Epoch, IsBest: false)).Trial);

    private static TrialDocument Leased(TrialDocument trial) => TrialTransitions.Lease(trial, new LeaseRequest("node", "run"), Now);

    private static TrialDocument Planned(int errors = 3, int? preemptions = null, int batch = 8, int keepLast = 1, int keepBest = 1) => new()
    {
        Plan = new TrialPlan("t", "s", "v0", 0, 3, batch, "d@sha256:0", "folds", "prepared", "{}", "{}", "{}", keepLast, keepBest, errors, preemptions, []),
    };
}
