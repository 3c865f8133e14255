namespace VinCxr.Server.Dashboard.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For the legend and the tip.</param>
/// <param name="Colour">Index of one of the eight colours of the style sheet, taken modulo eight.</param>
/// <param name="Points">By ascending x; what is not finite breaks nothing and is left out.</param>
/// <param name="IsFaint">A thin line of the group that another line stands for; has no entry in the legend.</param>
public sealed record ChartSeries(string Name, int Colour, IReadOnlyList<(double X, double Y)> Points, bool IsFaint = false);
