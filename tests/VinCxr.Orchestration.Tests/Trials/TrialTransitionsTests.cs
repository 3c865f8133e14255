using CsCheck;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Tests.Trials;

public sealed class TrialTransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private enum Step
    {
        Lease,
        Start,
        Commit,
        Complete,
        Error,
        OutOfMemory,
        Diverge,
        Preempt,
        Release,
        Cancel,
        Prune,
    }

    [Fact]
    public void Any_sequence_of_events_keeps_the_invariants()
    {
        Gen.Select(Gen.Enum<Step>(), Gen.Int[-1, 0]).List[1, 40].Sample(steps =>
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
                bool onlyCurrentHolder = !changed || step is Step.Lease or Step.Preempt or Step.Cancel or Step.Prune || epochOffset == 0;
                bool holds = onlyCurrentHolder
                    && (!before.IsEnded || !changed)
                    && trial.LeaseEpoch == before.LeaseEpoch + (changed && step == Step.Lease ? 1 : 0)
                    && trial.Revision == before.Revision + (changed ? 1 : 0)
                    && trial.ErrorsUsed <= 3 && trial.PreemptionsUsed <= 3
                    && (trial.EndedAt is not null) == trial.IsEnded
                    && (trial.Node is not null || !trial.IsLeased);
                if (!holds)
                {
                    return false;
                }
            }

            return true;
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
        var trial = Planned(batch: 4);
        for (int halvings = 1; halvings <= 2; halvings++)
        {
            trial = OutOfMemory(Leased(trial));
            Assert.Equal((TrialState.Pending, halvings), (trial.State, trial.BatchHalvings));
        }

        trial = OutOfMemory(Leased(trial));
        Assert.Equal((TrialState.Failed, "out of memory even with batch 1: no room"), (trial.State, trial.Reason));

        static TrialDocument OutOfMemory(TrialDocument trial) =>
            TrialTransitions.Fail(trial, trial.LeaseEpoch, new AttemptFailure(FailureKind.OutOfMemory, "no room"), Now);
    }

    private static TrialDocument Apply(TrialDocument trial, Step step, long epoch) => step switch
    {
        Step.Lease => Leased(trial),
        Step.Start => TrialTransitions.Start(trial, epoch, new AttemptStarted(0, 1, "cpu", "code")),
        Step.Commit => TrialTransitions.Commit(trial, epoch, new CheckpointReport($"blob{trial.Revision}", 1, false)).Trial,
        Step.Complete => TrialTransitions.Complete(trial, epoch, new CompletionReport(3, "p", "w", 0.5, 0.4), Now),
        Step.Error => TrialTransitions.Fail(trial, epoch, new AttemptFailure(FailureKind.Error, "x"), Now),
        Step.OutOfMemory => TrialTransitions.Fail(trial, epoch, new AttemptFailure(FailureKind.OutOfMemory, "x"), Now),
        Step.Diverge => TrialTransitions.Fail(trial, epoch, new AttemptFailure(FailureKind.Diverged, "x"), Now),
        Step.Preempt => TrialTransitions.Preempt(trial, "gone", Now),
        Step.Release => TrialTransitions.Release(trial, epoch, "shut down"),
        Step.Cancel => TrialTransitions.EndEarly(trial, TrialState.Cancelled, "asked", Now),
        _ => TrialTransitions.EndEarly(trial, TrialState.Pruned, "weak", Now),
    };

    private static TrialDocument Leased(TrialDocument trial) => TrialTransitions.Lease(trial, new LeaseRequest("node", "run"), Now);

    private static TrialDocument Planned(int errors = 3, int? preemptions = null, int batch = 8, int keepLast = 1, int keepBest = 1) => new()
    {
        Plan = new TrialPlan("t", "s", "v0", 0, 3, batch, "d@sha256:0", "folds", "prepared", "{}", "{}", "{}", keepLast, keepBest, errors, preemptions, []),
    };
}
