using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Orchestration.Sweeps;

namespace VinCxr.Orchestration.Tests.Sweeps;

public sealed class SweepTransitionsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(SweepState.Pending, SweepState.Paused)]
    [InlineData(SweepState.Running, SweepState.Paused)]
    [InlineData(SweepState.Paused, SweepState.Paused)]
    public void Pause_holds_what_has_not_ended(SweepState from, SweepState to) => Assert.Equal(to, SweepTransitions.Pause(In(from)).State);

    [Theory]
    [InlineData(SweepState.Paused, true, SweepState.Running)]
    [InlineData(SweepState.Paused, false, SweepState.Pending)]
    [InlineData(SweepState.Running, false, SweepState.Running)]
    [InlineData(SweepState.Pending, true, SweepState.Pending)]
    public void Resume_undoes_a_pause_and_nothing_else(SweepState from, bool isRunning, SweepState to) =>
        Assert.Equal(to, SweepTransitions.Resume(In(from), isRunning).State);

    [Theory]
    [InlineData(SweepState.Pending)]
    [InlineData(SweepState.Running)]
    [InlineData(SweepState.Paused)]
    public void Stop_keeps_its_first_reason(SweepState from)
    {
        var stopped = SweepTransitions.Stop(In(from), "the budget is used up");

        Assert.Equal((SweepState.Stopping, "the budget is used up"), (stopped.State, stopped.Reason));
        Assert.Same(stopped, SweepTransitions.Stop(stopped, "by request"));
        Assert.Contains("it stops, the budget is used up", Assert.Throws<ConflictException>(() => SweepTransitions.Pause(stopped)).Message, StringComparison.Ordinal);
        Assert.Throws<ConflictException>(() => SweepTransitions.Resume(stopped, true));
        Assert.Throws<ConflictException>(() => SweepTransitions.Reopen(stopped, "retry", new ReopenWish([1], false)));
    }

    [Theory]
    [InlineData(SweepState.Succeeded)]
    [InlineData(SweepState.Failed)]
    [InlineData(SweepState.Cancelled)]
    public void An_ended_sweep_takes_no_steering_but_can_be_reopened(SweepState state)
    {
        var ended = SweepTransitions.End(In(SweepState.Running) with { CancelRequested = state == SweepState.Cancelled }, state, "because", Now);

        Assert.Equal((state, "because", Now), (ended.State, ended.Reason, ended.EndedAt));
        Assert.Same(ended, SweepTransitions.End(ended, SweepState.Failed, "again", Now));
        Assert.Contains($"it ended {state}", Assert.Throws<ConflictException>(() => SweepTransitions.Pause(ended)).Message, StringComparison.Ordinal);
        Assert.Throws<ConflictException>(() => SweepTransitions.Resume(ended, false));
        Assert.Throws<ConflictException>(() => SweepTransitions.Stop(ended, "no"));
        var reopened = SweepTransitions.Reopen(ended, "retry", new ReopenWish([3], false));
        Assert.Equal((SweepState.Pending, null, null, false), (reopened.State, reopened.Reason, reopened.EndedAt, reopened.CancelRequested));
        Assert.Equal([3], reopened.Reopening!.Retry);
    }

    [Fact]
    public void A_spent_budget_is_forgotten_when_the_sweep_goes_on()
    {
        var spent = SweepTransitions.Spend(In(SweepState.Running), "no hours left");
        var ended = SweepTransitions.End(spent, SweepState.Succeeded, spent.Reason, Now);

        Assert.Equal((SweepState.Stopping, true, true), (spent.State, spent.IsSpent, ended.IsSpent));
        Assert.False(SweepTransitions.Stop(In(SweepState.Running), "by request").IsSpent);
        Assert.False(SweepTransitions.Reopen(ended, "extend", new ReopenWish([], false)).IsSpent);
    }

    [Fact]
    public void Wishes_that_are_not_fulfilled_yet_add_up()
    {
        var once = SweepTransitions.Reopen(In(SweepState.Running), "retry", new ReopenWish([4, 2], false));
        var twice = SweepTransitions.Reopen(once, "extend", new ReopenWish([2, 1], true));

        Assert.Equal((SweepState.Running, true), (twice.State, twice.Reopening!.Extend));
        Assert.Equal([1, 2, 4], twice.Reopening.Retry);
    }

    [Fact]
    public void Cancel_is_remembered_until_the_sweep_has_ended()
    {
        var cancelled = SweepTransitions.Cancel(In(SweepState.Paused));

        Assert.True(cancelled.CancelRequested);
        Assert.Same(cancelled, SweepTransitions.Cancel(cancelled));
        Assert.Throws<ConflictException>(() => SweepTransitions.Reopen(cancelled, "retry", new ReopenWish([1], false)));
        Assert.Throws<ConflictException>(() => SweepTransitions.Cancel(In(SweepState.Succeeded)));
    }

    [Fact]
    public void Only_a_pending_sweep_begins()
    {
        Assert.Equal(SweepState.Running, SweepTransitions.Begin(In(SweepState.Pending)).State);
        var paused = In(SweepState.Paused);
        Assert.Same(paused, SweepTransitions.Begin(paused));
    }

    private static SweepDocument In(SweepState state) => new() { State = state };
}
