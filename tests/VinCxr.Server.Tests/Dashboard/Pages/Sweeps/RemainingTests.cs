using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Server.Dashboard.Pages.Sweeps;

namespace VinCxr.Server.Tests.Dashboard.Pages.Sweeps;

public class RemainingTests
{
    /// <summary>Four trials of 10 epochs: one has ended early, one is half way: 15 of 40 epochs in 30 minutes leave 50.</summary>
    [Fact]
    public void Epochs_left_take_as_long_as_those_done()
    {
        var sweep = SampleSweep.Of(4, 1, SweepState.Running) with
        {
            Trials =
            [
                SampleSweep.Trial(0, 0, TrialState.Pruned, 3, 0.1), SampleSweep.Trial(1, 0, TrialState.Running, 5, 0.1),
                SampleSweep.Trial(2, 0, TrialState.Pending, 0, null), SampleSweep.Trial(3, 0, TrialState.Pending, 0, null),
            ],
        };

        Assert.Equal(TimeSpan.FromMinutes(50), Remaining.Of(sweep, SampleSweep.Start.AddMinutes(30)));
    }

    [Fact]
    public void Nothing_is_said_of_sweeps_that_stand_still_or_have_not_begun()
    {
        var now = SampleSweep.Start.AddMinutes(30);
        var begun = SampleSweep.Of(1, 1, SweepState.Running);

        Assert.Null(Remaining.Of(SampleSweep.Of(1, 1), now));
        Assert.Null(Remaining.Of(SampleSweep.Of(1, 1, SweepState.Paused), now));
        Assert.Null(Remaining.Of(begun with { Trials = [SampleSweep.Trial(0, 0, TrialState.Pending, 0, null)] }, now));
    }
}
