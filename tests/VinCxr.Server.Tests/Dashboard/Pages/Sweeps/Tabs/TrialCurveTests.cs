using VinCxr.Contracts.Trials;
using VinCxr.Server.Dashboard.Pages.Sweeps.Tabs;

namespace VinCxr.Server.Tests.Dashboard.Pages.Sweeps.Tabs;

public class TrialCurveTests
{
    [Fact]
    public void An_epoch_trained_again_replaces_what_it_was()
    {
        var curve = new TrialCurve();
        curve.Add([Point(1, 1, 0.1), Point(2, 2, 0.2)]);
        curve.Add([Point(3, 2, 0.25), Point(4, 3, double.NaN)]);

        Assert.Equal([(1.0, 0.1), (2.0, 0.25)], curve.Points("map40"));
        Assert.Empty(curve.Points("loss"));
    }

    [Fact]
    public void The_mean_goes_as_far_as_every_fold()
    {
        var mean = TrialCurve.Mean([[(1, 0.1), (2, 0.2), (3, 0.9)], [(1, 0.3), (2, 0.4)]]);

        Assert.Equal([1.0, 2.0], mean.Select(p => p.X));
        Assert.Equal(0.3, mean[1].Y, 12);
    }

    private static MetricPoint Point(long sequence, int epoch, double score) =>
        new(sequence, 1, epoch, epoch * 10, new Dictionary<string, double> { ["map40"] = score }, SampleSweep.Start);
}
