using ScottPlot;
using VinCxr.Core.Exploration;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>Box and whisker rows on a logarithmic axis: 5, 25, 50, 75 and 95 %.</summary>
internal static class SpreadChart
{
    public static byte[] Draw(PlotTheme theme, IReadOnlyList<(string Name, Spread? Spread)> rows, string axis, Func<double, string> tick, double? mark = null)
    {
        using Plot plot = ThemedPlot.Create(theme, axis);
        Spread[] known = [.. rows.Where(r => r.Spread is not null).Select(r => r.Spread!)];
        double lowest = known.Length == 0 ? -1 : Math.Log10(known.Min(s => s.P05)) - 0.1, highest = known.Length == 0 ? 1 : Math.Log10(known.Max(s => s.P95)) + 0.1;
        if (mark is { } at)
        {
            var line = plot.Add.VerticalLine(Math.Log10(at), 1.5f, theme.Ink, LinePattern.Dotted);
            line.EnableAutoscale = false;
        }

        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Spread is { } spread)
            {
                Whisker(plot, theme, spread, -row);
                var box = plot.Add.Rectangle(Math.Log10(spread.P25), Math.Log10(spread.P75), -row - 0.28, -row + 0.28);
                box.FillColor = theme.Series[0].WithAlpha(0.55);
                box.LineColor = theme.Series[0];
                var median = plot.Add.Line(Math.Log10(spread.Median), -row - 0.28, Math.Log10(spread.Median), -row + 0.28);
                median.LineColor = theme.Ink;
                median.LineWidth = 2.5f;
            }
        }

        int height = plot.NameRows([.. rows.Select(r => r.Name)], 32);
        plot.LogBottom(lowest, highest, tick);
        return plot.ToPng(height);
    }

    private static void Whisker(Plot plot, PlotTheme theme, Spread spread, double y)
    {
        foreach ((double end, double box) in new[] { (Math.Log10(spread.P05), Math.Log10(spread.P25)), (Math.Log10(spread.P95), Math.Log10(spread.P75)) })
        {
            foreach ((double x1, double y1, double x2, double y2) in new[] { (end, y, box, y), (end, y - 0.15, end, y + 0.15) })
            {
                var line = plot.Add.Line(x1, y1, x2, y2);
                line.LineColor = theme.Series[0];
                line.LineWidth = 1.5f;
            }
        }
    }
}
