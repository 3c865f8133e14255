using ScottPlot;
using VinCxr.Core.Exploration;

namespace VinCxr.Cli.Pictures.Exploration;

/// <summary>Images by age band, sexes stacked.</summary>
internal static class AgeChart
{
    public static byte[] Draw(PlotTheme theme, PatientFindings patients)
    {
        using Plot plot = ThemedPlot.Create(theme, "age, years", "images");
        (string Name, Func<AgeBand, int> Count)[] groups = [("female", b => b.Female), ("male", b => b.Male), ("other or unknown", b => b.Other)];
        for (int group = 0; group < groups.Length; group++)
        {
            Bar[] drawn =
            [
                .. patients.Bands.Select(band => new Bar
                {
                    Position = band.From + (PatientFindings.BandYears / 2.0),
                    ValueBase = groups.Take(group).Sum(g => g.Count(band)),
                    Value = groups.Take(group + 1).Sum(g => g.Count(band)),
                    Size = PatientFindings.BandYears * 0.92,
                    FillColor = theme.Series[group],
                    LineWidth = 0,
                }),
            ];
            var bars = plot.Add.Bars(drawn);
            bars.LegendText = groups[group].Name;
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(PatientFindings.BandYears);
        plot.Axes.Margins(bottom: 0);
        plot.ShowLegend(Edge.Right);
        return plot.ToPng(height: 480);
    }
}
