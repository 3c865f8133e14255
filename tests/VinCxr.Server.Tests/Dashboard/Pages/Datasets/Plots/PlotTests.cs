using Bunit;
using VinCxr.Contracts.Api;
using VinCxr.Server.Dashboard.Pages.Datasets.Plots;

namespace VinCxr.Server.Tests.Dashboard.Pages.Datasets.Plots;

public sealed class PlotTests : BunitContext
{
    [Fact]
    public void Bars_are_as_long_as_their_counts()
    {
        var bars = Render<ClassBars>(p => p.Add(b => b.Classes, [new ClassStatistics(0, "Nodule <b>", 40, 10, null, null, null), new ClassStatistics(1, "Mass", 20, 20, null, null, null)]));

        double[] boxes = Widths(bars, "rect.first"), images = Widths(bars, "rect.second");
        Assert.Equal(0.5, boxes[1] / boxes[0], 2);
        Assert.Equal(0.25, images[0] / boxes[0], 2);
        Assert.Empty(bars.FindAll("b"));
    }

    [Fact]
    public void Numbers_far_apart_share_bars_and_no_image_is_lost()
    {
        NumberImages[] counts = [.. Enumerable.Range(0, 500).Select(i => new NumberImages(i * 3, 2))];

        var histogram = Render<Histogram>(p => p.Add(h => h.Id, "h").Add(h => h.Title, "Boxes").Add(h => h.Counts, counts));

        int[] images = [.. histogram.FindAll("rect title").Select(t => int.Parse(t.TextContent.Split(": ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.InRange(images.Length, 10, 41);
        Assert.Equal(1000, images.Sum());
    }

    [Fact]
    public void A_histogram_of_nothing_is_an_empty_one() =>
        Assert.Empty(Render<Histogram>(p => p.Add(h => h.Id, "h").Add(h => h.Title, "Boxes").Add(h => h.Counts, [])).FindAll("rect"));

    [Fact]
    public void Only_cells_with_boxes_are_drawn_and_the_fullest_is_solid()
    {
        var grid = Render<HeatGrid>(p => p.Add(g => g.Grid, new CountGrid(2, [0, 9, 1, 0])).Add(g => g.Label, "places"));

        Assert.Equal([("150", "0", "1"), ("0", "150", "0.41")], grid.FindAll("rect.first").Select(r => (r.GetAttribute("x"), r.GetAttribute("y"), r.GetAttribute("opacity"))));
    }

    private static double[] Widths(IRenderedComponent<ClassBars> bars, string selector) =>
        [.. bars.FindAll(selector).Select(r => double.Parse(r.GetAttribute("width")!, System.Globalization.CultureInfo.InvariantCulture))];
}
