using VinCxr.Cli.Pictures.Exploration;

namespace VinCxr.Cli.Reports;

/// <summary>A picture of a report that can be drawn on light and on dark paper.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Alt">What it shows, for those who cannot see it.</param>
internal sealed record ReportPicture(string Name, string Alt, string Caption, Func<PlotTheme, byte[]> Draw);

/// <param name="Folded">True for numbers that the picture shows as well.</param>
internal sealed record ReportTable(string Caption, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, bool Folded = true);

/// <summary>A part of a report: text, then pictures, then the numbers behind them.</summary>
internal sealed record ReportSection(string Title, string Text, IReadOnlyList<ReportPicture> Pictures, IReadOnlyList<ReportTable> Tables);
