using ScottPlot;
using VinCxr.Data.Formats;
using Text = VinCxr.Cli.Rendering.Text;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>Bytes of the whole set against what is lost; lossless formats stand on a line of their own at the top.</summary>
internal static class FormatChart
{
    private const int Height = 640;

    public static byte[] Draw(PlotTheme theme, FormatStudyReport report)
    {
        using Plot plot = ThemedPlot.Create(theme, "bytes of the whole set", "PSNR, dB");
        double[] known = [.. report.Formats.Where(f => f.Psnr is not null).Select(f => f.Psnr!.Value)];
        double lowest = known.DefaultIfEmpty(30).Min(), highest = known.DefaultIfEmpty(60).Max(), lossless = highest + Math.Max(4, 0.3 * (highest - lowest));
        double least = Math.Log10(report.Formats.Min(f => f.Total.Low ?? f.Total.Bytes)), most = Math.Log10(report.Formats.Max(f => f.Total.High ?? f.Total.Bytes));
        var line = plot.Add.HorizontalLine(lossless, 1, theme.Grid);
        line.EnableAutoscale = false;
        double margin = Math.Max(0.15, 0.18 * (most - least)), bottom = lowest - 5, top = lossless + (0.2 * (lossless - lowest + 5));
        var labels = new LabelPlaces(most - least + (2 * margin), top - bottom);
        foreach (FormatResult format in report.Formats.OrderBy(f => f.Total.Bytes))
        {
            double x = Math.Log10(format.Total.Bytes), y = format.Psnr ?? lossless;
            Color color = theme.Series[format.Format.StartsWith("jpeg", StringComparison.Ordinal) ? 1 : 0];
            if (format.Total is { Low: { } low, High: { } high })
            {
                var interval = plot.Add.Line(Math.Log10(Math.Max(1, low)), y, Math.Log10(Math.Max(1, high)), y);
                interval.LineColor = color;
                interval.LineWidth = 2;
            }

            plot.Add.Marker(x, y, MarkerShape.FilledCircle, 11, color);

            string label = $"{format.Format} {Text.Bytes(format.Total.Bytes)}";
            plot.Write(theme, label, x, labels.Find(x, y, label), Alignment.MiddleCenter);
        }

        plot.LogBottom(least - margin, most + margin, x => Text.Bytes((long)x));
        double[] ticks = [.. Enumerable.Range((int)Math.Floor(lowest / 5), (int)((highest - lowest) / 5) + 3).Select(i => i * 5.0).Where(t => t < lossless - 2)];
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. ticks, lossless], [.. ticks.Select(t => $"{t:0}"), "lossless"]);
        plot.Axes.SetLimitsY(bottom, top);
        return plot.ToPng(height: Height);
    }

    /// <summary>Heights of labels so that none covers another.</summary>
    /// <param name="spanX">Width of the data area in axis units.</param>
    private sealed class LabelPlaces(double spanX, double spanY)
    {
        private const double CharacterWidth = 7.6, LineHeight = 17, DataWidth = ThemedPlot.Width - 130, DataHeight = Height - 70;

        private readonly List<(double X, double Y, double Width)> _taken = [];

        public double Find(double x, double y, string text)
        {
            double width = text.Length * CharacterWidth / DataWidth * spanX, line = LineHeight / DataHeight * spanY;
            double[] heights = [.. new[] { -1.2, 1.2, -2.3, 2.3, -3.4, 3.4, 4.5 }.Select(lines => y + (lines * line))];
            double free = heights.FirstOrDefault(h => !_taken.Exists(t => Math.Abs(t.Y - h) < line && Math.Abs(t.X - x) < (t.Width + width) / 2), heights[^1]);
            _taken.Add((x, free, width));
            return free;
        }
    }
}
