using System.Globalization;
using ScottPlot;
using VinCxr.Core.Exploration;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>Odds ratios with intervals on a logarithmic axis; rows whose interval leaves out 1 are filled.</summary>
internal static class OddsChart
{
    /// <summary>Intervals are cut here, or a rare class would squeeze all others.</summary>
    private const double Widest = 100;

    public static byte[] Draw(PlotTheme theme, IReadOnlyList<(string Name, OddsRatio? Odds)> rows, string axis)
    {
        using Plot plot = ThemedPlot.Create(theme, axis);
        plot.Add.VerticalLine(0, 1.5f, theme.Ink, LinePattern.Dotted);
        OddsRatio[] known = [.. rows.Where(r => r.Odds is not null).Select(r => r.Odds!)];
        double reach = Math.Log10(Math.Clamp(known.Select(o => Math.Max(o.High, 1 / o.Low)).DefaultIfEmpty(2).Max() * 1.1, 2, Widest));
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Odds is not { } odds)
            {
                plot.Write(theme, "not enough images", 0.02, -row, Alignment.MiddleLeft);
                continue;
            }

            var interval = plot.Add.Line(Cut(odds.Low, reach), -row, Cut(odds.High, reach), -row);
            interval.LineColor = theme.Series[0];
            interval.LineWidth = 2.5f;
            bool clear = odds.Low > 1 || odds.High < 1;
            var mark = plot.Add.Marker(Cut(odds.Value, reach), -row, clear ? MarkerShape.FilledCircle : MarkerShape.OpenCircle, 11, theme.Series[0]);
            mark.MarkerStyle.LineWidth = 2;
        }

        int height = plot.NameRows([.. rows.Select(r => r.Name)], 30);
        plot.LogBottom(-reach, reach, x => x.ToString("0.##", CultureInfo.InvariantCulture));
        return plot.ToPng(height);
    }

    private static double Cut(double ratio, double reach) => Math.Clamp(Math.Log10(ratio), -reach, reach);
}
