using System.Globalization;

namespace VinCxr.Server.Dashboard.Pages.Datasets.Plots;

/// <summary>Numbers as SVG and plots write them.</summary>
internal static class Svg
{
    /// <summary>A length or place, in units of the view box.</summary>
    public static string Of(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A count with separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How strongly a cell is drawn, in [0, 1]: by the root, so that rare places are seen beside frequent ones.</summary>
    public static string Strength(int count, int largest) => Of(count == 0 ? 0 : 0.12 + (0.88 * Math.Sqrt((double)count / largest)));

    /// <summary>The next round number, 1, 2 or 5 times a power of ten, from <paramref name="value"/> on.</summary>
    public static int RoundUp(int value)
    {
        for (long step = 1; ; step *= 10)
        {
            foreach (long round in new[] { step, 2 * step, 5 * step })
            {
                if (round >= value)
                {
                    return (int)Math.Min(round, int.MaxValue);
                }
            }
        }
    }
}
