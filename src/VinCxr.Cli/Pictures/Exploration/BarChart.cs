using ScottPlot;

namespace VinCxr.Cli.Pictures.Exploration;

/// <param name="Values">One per row; null draws nothing and writes a dash.</param>
internal sealed record BarSeries(string Name, IReadOnlyList<double?> Values);

/// <summary>Horizontal bars, one group a row, each with its value beside it.</summary>
internal static class BarChart
{
    private const double GroupSize = 0.8;

    public static byte[] Draw(PlotTheme theme, IReadOnlyList<string> rows, IReadOnlyList<BarSeries> series, string axis, Func<double, string> text)
    {
        using Plot plot = ThemedPlot.Create(theme, axis);
        double size = GroupSize / series.Count;
        double largest = series.SelectMany(s => s.Values).Max() is > 0 and { } most ? most : 1, smallest = Math.Min(0, series.SelectMany(s => s.Values).Min() ?? 0);
        for (int s = 0; s < series.Count; s++)
        {
            double offset = (GroupSize / 2) - (size * (s + 0.5));
            Bar[] bars =
            [
                .. series[s].Values.Select((value, row) => new Bar
                {
                    Position = -row + offset,
                    Value = value ?? 0,
                    Size = size * 0.92,
                    FillColor = theme.Series[s % theme.Series.Count],
                    LineWidth = 0,
                }),
            ];
            var plotted = plot.Add.Bars(bars);
            plotted.Horizontal = true;
            plotted.LegendText = series.Count > 1 ? series[s].Name : "";
            for (int row = 0; row < rows.Count; row++)
            {
                double? value = series[s].Values[row];
                string label = value is { } number ? text(number) : "–";
                plot.Write(theme, label, Math.Max(0, value ?? 0) + (0.008 * (largest - smallest)), -row + offset, Alignment.MiddleLeft);
            }
        }

        int height = plot.NameRows(rows, series.Count == 1 ? 30 : 20 * series.Count);
        plot.Axes.SetLimitsX(smallest - (smallest < 0 ? 0.05 * largest : 0), largest + (0.12 * (largest - smallest)));
        if (series.Count > 1)
        {
            plot.ShowLegend(Edge.Top);
            plot.Legend.Orientation = Orientation.Horizontal;
            height += 40;
        }

        return plot.ToPng(height);
    }
}
