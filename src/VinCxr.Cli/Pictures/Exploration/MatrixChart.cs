using ScottPlot;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>A square of coloured cells with their values written in.</summary>
internal static class MatrixChart
{
    private const int MostNumberedRows = 24;

    /// <param name="value">Value of (row, column), or null for an empty cell.</param>
    /// <param name="shade">Share of the colour map for a value, in [0, 1].</param>
    public static byte[] Draw(PlotTheme theme, IReadOnlyList<string> names, Func<int, int, double?> value, Func<double, double> shade, Func<double, string> text)
    {
        using Plot plot = ThemedPlot.Create(theme);
        int count = names.Count;
        var cells = new double[count, count];
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < count; column++)
            {
                double? cell = value(row, column);
                cells[row, column] = cell is { } number ? shade(number) : double.NaN;
                if (cell is { } shown && count <= MostNumberedRows)
                {
                    plot.Write(theme, text(shown), column, -row, Alignment.MiddleCenter, theme.InkOn(shade(shown)));
                }
            }
        }

        var map = plot.Add.Heatmap(cells);
        map.Position = new CoordinateRect(0, count - 1, -(count - 1), 0);
        map.Colormap = theme.Map;
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.NaNCellColor = theme.Paper;
        plot.MoveToBack(map);
        plot.HideGrid();
        plot.NameRows(names);
        plot.NameColumns(names, slanted: true);
        plot.Axes.Bottom.FrameLineStyle.Width = 0;
        plot.Axes.SetLimitsX(-0.5, count - 0.5);
        plot.Axes.SetLimitsY(-count + 0.5, 0.5);
        int longest = names.Max(n => n.Length);
        return plot.ToPng(height: 60 + (6 * longest) + (40 * count), width: 90 + (9 * longest) + (58 * count));
    }
}
