using VinCxr.Contracts.Trials;
using VinCxr.Server.Dashboard.Pages.Sweeps.Tabs;

namespace VinCxr.Server.Tests.Dashboard.Pages.Sweeps.Tabs;

public class ParameterPlotTests
{
    [Fact]
    public void Every_scored_variant_is_a_line_from_worst_to_best()
    {
        var sweep = SampleSweep.Of(5, 2);
        var plot = ParameterPlot.Of(sweep with { Trials = [.. sweep.Trials.Select(t => t.Variant == "v4" ? t with { State = TrialState.Failed } : t)] });

        Assert.Equal(["train.lr", "mAP@0.4"], plot.Axes.Select(a => a.Name));
        Assert.Equal([0, 1], new[] { plot.Lines[0].Share, plot.Lines[^1].Share });
        Assert.Equal(4, plot.Lines.Count);
        Assert.All(plot.Lines.SelectMany(l => l.At), at => Assert.InRange(at, 0, 1));
        Assert.Equal(1, plot.Weigh().Parameters[0].Share, 6);
    }

    [Fact]
    public void Thousands_of_variants_draw_the_best_ones_only()
    {
        var plot = ParameterPlot.Of(SampleSweep.Of(2000, 1));

        Assert.Equal((300, 1700), (plot.Lines.Count, plot.Left));
        Assert.StartsWith("v1999:", plot.Lines[^1].Name, StringComparison.Ordinal);
    }
}
