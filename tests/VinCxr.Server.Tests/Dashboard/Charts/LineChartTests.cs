using Bunit;
using VinCxr.Server.Dashboard.Charts;

namespace VinCxr.Server.Tests.Dashboard.Charts;

public sealed class LineChartTests : BunitContext
{
    [Fact]
    public void Lines_are_drawn_described_and_named_once_per_group()
    {
        ChartSeries[] series =
        [
            new("v0, a fold", 0, [(1, 0.1), (2, 0.3)], IsFaint: true),
            new("v0", 0, [(1, 0.1), (2, 0.2)]),
            new("v1", 1, [(1, 0.4), (2, double.NaN), (3, 0.5)]),
        ];

        var chart = Render<LineChart>(p => p.Add(c => c.Title, "mAP@0.4").Add(c => c.Series, series));

        Assert.Equal(3, chart.FindAll("path").Count);
        Assert.Equal(["v0", "v1"], chart.FindAll(".legend li").Select(l => l.TextContent.Trim()));
        Assert.Equal("mAP@0.4 over epoch: v0 ends at 0.2; v1 ends at 0.5", chart.Find("svg").GetAttribute("aria-label"));
        Assert.DoesNotContain("NaN", chart.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void One_epoch_is_a_dot_and_none_says_so()
    {
        var one = Render<LineChart>(p => p.Add(c => c.Title, "loss").Add(c => c.Series, [new ChartSeries("v0", 0, [(1, 0.1)])]));
        var none = Render<LineChart>(p => p.Add(c => c.Title, "loss").Add(c => c.Series, [new ChartSeries("v0", 0, [])]));

        Assert.Single(one.FindAll("circle"));
        Assert.Contains("Nothing measured yet", none.Markup, StringComparison.Ordinal);
    }
}
