using System.Globalization;

namespace VinCxr.Server.Dashboard.Charts;

/// <summary>A linear scale with round ticks.</summary>
/// <param name="Low">Value at the near end.</param>
/// <param name="High">Value at the far end, above <paramref name="Low"/>.</param>
/// <param name="Step">Distance of ticks.</param>
internal sealed record Axis(double Low, double High, double Step)
{
    /// <summary>An axis that covers the values and begins and ends on ticks.</summary>
    /// <param name="isWhole">Ticks are whole numbers, as epochs are.</param>
    /// <param name="ticks">About how many.</param>
    public static Axis Of(IEnumerable<double> values, bool isWhole = false, int ticks = 5)
    {
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values.Where(double.IsFinite))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        if (low > high)
        {
            (low, high) = (0, 1);
        }

        if (high - low < 1e-12)
        {
            double pad = isWhole ? 1 : Math.Max(Math.Abs(low) * 0.1, 0.01);
            (low, high) = isWhole ? (low, low + pad) : (low - pad, high + pad);
        }

        double step = Round((high - low) / ticks);
        step = isWhole ? Math.Max(1, Math.Ceiling(step)) : step;
        return new Axis(Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step, step);
    }

    /// <returns>0 at the near end, 1 at the far one.</returns>
    public double At(double value) => (value - Low) / (High - Low);

    public IEnumerable<(double Value, string Text)> Ticks()
    {
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 6);
        int count = (int)Math.Round((High - Low) / Step);
        for (int i = 0; i <= count; i++)
        {
            double value = Low + (i * Step);
            yield return (value, Math.Abs(value) >= 1e6 ? value.ToString("0.#e0", CultureInfo.InvariantCulture) : value.ToString($"F{decimals}", CultureInfo.InvariantCulture));
        }
    }

    /// <returns>1, 2 or 5 times a power of ten, not below the wish.</returns>
    private static double Round(double wish)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(wish)));
        double factor = wish / power;
        return power * (factor <= 1.0000001 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }
}
