using ScottPlot;
using VinCxr.Core.Exploration;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>A small map of box centres per class, each on its own scale; the top left corner of the image is at the top left.</summary>
internal static class CentreChart
{
    private const int Columns = 5;
    private const int Cell = 220;
    private const double Step = 1.22;

    public static byte[] Draw(PlotTheme theme, BoxCentres centres)
    {
        using Plot plot = ThemedPlot.Create(theme);
        plot.HideGrid();
        plot.Layout.Frameless();
        ClassCentres[] shown = [.. centres.PerClass.Where(c => c.Boxes > 0)];
        for (int i = 0; i < shown.Length; i++)
        {
            double left = i % Columns * Step, top = -(i / Columns) * Step;
            var cells = new double[BoxCentres.Cells, BoxCentres.Cells];
            double most = shown[i].Counts.Max();
            for (int cell = 0; cell < shown[i].Counts.Count; cell++)
            {
                // Square root: a class with one crowded spot would else show nothing but it.
                cells[cell / BoxCentres.Cells, cell % BoxCentres.Cells] = Math.Sqrt(shown[i].Counts[cell] / most);
            }

            var map = plot.Add.Heatmap(cells);
            double half = 0.5 / BoxCentres.Cells;
            map.Position = new CoordinateRect(left + half, left + 1 - half, top - 1 + half, top - half);
            map.Colormap = theme.Map;
            map.ManualRange = new ScottPlot.Range(0, 1);
            var frame = plot.Add.Rectangle(left, left + 1, top - 1, top);
            frame.FillColor = Colors.Transparent;
            frame.LineColor = theme.Grid;
            plot.Write(theme, $"{shown[i].ClassName} ({Rendering.Text.Of(shown[i].Boxes)})", left, top + 0.02, Alignment.LowerLeft);
        }

        int columns = Math.Clamp(shown.Length, 1, Columns), rows = Math.Max(1, (shown.Length + Columns - 1) / Columns);
        plot.Axes.SetLimits(-0.06, ((columns - 1) * Step) + 1.06, (-(rows - 1) * Step) - 1.06, 0.18);
        return plot.ToPng((int)((((rows - 1) * Step) + 1.24) * Cell), (int)((((columns - 1) * Step) + 1.12) * Cell));
    }
}
