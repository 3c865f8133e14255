using ScottPlot;
using ScottPlot.TickGenerators;
using VinCxr.Cli.Files;
using VinCxr.Cli.Pictures.Exploration;
using VinCxr.Core.Simulation;

namespace VinCxr.Cli.Pictures;

/// <summary>Which trial of a simulated sweep ran where and when: a row per place, a bar per attempt.</summary>
internal static class ForecastPlot
{
    private const double SecondsPerMinute = 60, SecondsPerHour = 3600;
    private const int TallestPicture = 1600;
    private const int MostBorderedBars = 600;

    public static Task WriteAsync(string path, SweepForecast forecast, CancellationToken cancellationToken) =>
        AtomicFile.WriteBytesAsync(path, Draw(forecast), cancellationToken);

    private static byte[] Draw(SweepForecast forecast)
    {
        var theme = PlotTheme.Light;
        bool inHours = forecast.Seconds >= 2 * SecondsPerHour;
        double unit = inHours ? SecondsPerHour : forecast.Seconds >= 2 * SecondsPerMinute ? SecondsPerMinute : 1;
        using Plot plot = ThemedPlot.Create(theme, $"{(inHours ? "hours" : unit > 1 ? "minutes" : "seconds")} since submission", "trials at once");
        (string Name, Color Colour)[] ends =
        [
            ("finished", Palette.OnPaper(2)), ("stopped early", Palette.OnPaper(4)), ("failed", Color.FromHex("#b3261e")), ("attempt repeated", Color.FromHex("#9aa5b1")),
        ];
        int bars = forecast.Trials.Sum(t => t.Attempts.Count);
        HashSet<int> shown = [];
        foreach (var trial in forecast.Trials)
        {
            for (int i = 0; i < trial.Attempts.Count; i++)
            {
                var attempt = trial.Attempts[i];
                int kind = i < trial.Attempts.Count - 1 || trial.End == ForecastEnd.Cancelled ? 3 : trial.End switch { ForecastEnd.Succeeded => 0, ForecastEnd.Pruned => 1, _ => 2 };
                var bar = plot.Add.Rectangle(attempt.Start / unit, attempt.End / unit, attempt.Place + 0.56, attempt.Place + 1.44);
                bar.FillColor = ends[kind].Colour.WithAlpha(0.8);
                bar.LineColor = theme.Paper;
                bar.LineWidth = bars <= MostBorderedBars ? 1 : 0;
                shown.Add(kind);
            }
        }

        foreach (int kind in shown.Order())
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = ends[kind].Name, LabelFontName = ThemedPlot.Font, FillColor = ends[kind].Colour.WithAlpha(0.8) });
        }

        plot.ShowLegend(Edge.Top);
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Axes.Left.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true, MinorTickGenerator = new EvenlySpacedMinorTickGenerator(0) };
        plot.Axes.SetLimits(0, Math.Max(forecast.Seconds / unit, 1e-3) * 1.01, 0.4, forecast.Places + 0.6);
        plot.Grid.YAxisStyle.IsVisible = false;
        return plot.ToPng(Math.Clamp(170 + (26 * forecast.Places), 300, TallestPicture));
    }
}
