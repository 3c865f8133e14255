using ScottPlot;
using VinCxr.Core.Exploration;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>Widths against heights; a mark's area grows with the number of images.</summary>
internal static class SizeChart
{
    public static byte[] Draw(PlotTheme theme, ImageSizes sizes)
    {
        using Plot plot = ThemedPlot.Create(theme, "width, pixels", "height, pixels");
        double most = sizes.Distinct.Max(s => s.Images);
        foreach (SizeCount size in sizes.Distinct.Reverse())
        {
            double share = Math.Sqrt(size.Images / most);
            plot.Add.Marker(size.Width, size.Height, MarkerShape.FilledCircle, (float)(5 + (25 * share * (most > 1 ? 1 : 0))), theme.Series[0].WithAlpha(0.35));
        }

        double largest = Math.Max(sizes.MaxWidth, sizes.MaxHeight) * 1.05, smallest = Math.Min(sizes.MinWidth, sizes.MinHeight) * 0.9;
        var square = plot.Add.Line(smallest, smallest, largest, largest);
        square.LineColor = theme.Ink;
        square.LinePattern = LinePattern.Dotted;
        plot.Axes.SetLimits(smallest, largest, smallest, largest);
        return plot.ToPng(height: 640, width: 700);
    }
}
