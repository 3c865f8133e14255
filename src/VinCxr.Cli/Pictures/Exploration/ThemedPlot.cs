using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>An empty plot in the colours of a theme, and what the pictures of data sets share.</summary>
internal static class ThemedPlot
{
    public const int Width = 1100;

    private static readonly string[] SansSerif = ["DejaVu Sans", "Liberation Sans", "Arial", "Helvetica"];
    public static string Font { get; } = SansSerif.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains, Fonts.Default);

    public static Plot Create(PlotTheme theme, string? x = null, string? y = null)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = theme.Paper;
        plot.DataBackground.Color = theme.Paper;
        plot.Axes.Color(theme.Ink);
        plot.Grid.MajorLineColor = theme.Grid;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;

        // Room for half of the last tick's label.
        plot.Axes.Right.MinimumSize = 44;
        plot.Axes.Top.MinimumSize = 12;
        plot.Axes.Bottom.TickLabelStyle.FontSize = 14;
        plot.Axes.Left.TickLabelStyle.FontSize = 14;
        plot.Legend.FontSize = 14;
        plot.Legend.FontColor = theme.Ink;
        plot.Legend.BackgroundColor = theme.Paper;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.ShadowColor = Colors.Transparent;
        if (x is not null)
        {
            plot.XLabel(x, 15);
        }

        if (y is not null)
        {
            plot.YLabel(y, 15);
        }

        return plot;
    }

    public static byte[] ToPng(this Plot plot, int height, int width = Width)
    {
        plot.Font.Set(Font);
        return plot.GetImageBytes(width, height, ImageFormat.Png);
    }

    /// <summary>Text at a place of the data area, in the theme's ink unless said otherwise.</summary>
    public static void Write(this Plot plot, PlotTheme theme, string text, double x, double y, Alignment alignment, Color? ink = null)
    {
        var label = plot.Add.Text(text, x, y);
        label.LabelFontName = Font;
        label.LabelFontSize = 13;
        label.LabelFontColor = ink ?? theme.Ink;
        label.LabelAlignment = alignment;
        label.OffsetY = alignment is Alignment.MiddleLeft or Alignment.MiddleCenter ? 2 : 0;
    }

    /// <summary>Names as rows, the first one on top; returns the height that fits them.</summary>
    public static int NameRows(this Plot plot, IReadOnlyList<string> names, int rowHeight = 34)
    {
        plot.Axes.Left.TickGenerator = new NumericManual([.. names.Select((_, i) => (double)-i)], [.. names]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.FrameLineStyle.Width = 0;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Axes.SetLimitsY(-names.Count + 0.4, 0.6);
        return 90 + (rowHeight * Math.Max(1, names.Count));
    }

    public static void NameColumns(this Plot plot, IReadOnlyList<string> names, bool slanted)
    {
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. names.Select((_, i) => (double)i)], [.. names]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        if (slanted)
        {
            plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
            plot.Axes.Bottom.MinimumSize = 30 + (6 * names.Max(n => n.Length));
        }
    }

    /// <summary>A bottom axis whose values are powers of ten of what its labels say.</summary>
    public static void LogBottom(this Plot plot, double lowest, double highest, Func<double, string> label)
    {
        double[] steps = (highest - lowest) switch { > 2.5 => [1], > 1.2 => [1, 3], > 0.7 => [1, 2, 5], _ => [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8] };
        double[] ticks =
        [
            .. from power in Enumerable.Range((int)Math.Floor(lowest), (int)Math.Ceiling(highest) - (int)Math.Floor(lowest) + 1)
               from step in steps
               let at = power + Math.Log10(step)
               where at >= lowest && at <= highest
               select at,
        ];
        plot.Axes.Bottom.TickGenerator = new NumericManual(ticks, [.. ticks.Select(t => label(Math.Pow(10, t)))]);
        plot.Axes.SetLimitsX(lowest, highest);
    }
}
