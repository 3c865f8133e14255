using Spectre.Console;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Header statistics of a data set as one table: what, value, images.</summary>
internal static class StatisticsTables
{
    private static readonly Column<Row>[] Columns =
    [
        new("what", "Header", r => r.What),
        new("value", "Value", r => r.Value),
        new("images", "Images", r => r.Images, AlignRight: true),
        new("share", "Share", r => r.Share, r => r.Share is { } share ? FormattableString.Invariant($"{share:0.0} %") : "", AlignRight: true),
    ];

    public static void Write(IAnsiConsole console, HeaderStatistics statistics, int images)
    {
        (string Title, IReadOnlyList<ValueCount> Values)[] parts =
        [
            ("transfer syntax", statistics.TransferSyntaxes), ("photometric", statistics.Photometric), ("bits", statistics.Bits),
            ("windows in the file", statistics.WindowCount), ("window centre / width", statistics.Windows), ("rescale", statistics.Rescale),
            ("columns x rows", statistics.Sizes), ("pixel spacing (mm)", statistics.PixelSpacing), ("manufacturer", statistics.Manufacturers),
            ("modality", statistics.Modalities), ("view position", statistics.ViewPositions), ("patient sex", statistics.Sex),
        ];
        List<Row> rows = [.. parts.SelectMany(p => Rows(p.Title, p.Values, images))];
        rows.Add(new Row("patient age", "has a value", statistics.WithAge, 100.0 * statistics.WithAge / images));
        if (statistics.WithoutFacts > 0)
        {
            rows.Add(new Row("header not recorded", "ingest again to know", statistics.WithoutFacts, 100.0 * statistics.WithoutFacts / images));
        }

        TableRenderer.Write(console, rows, Columns, "");
        TableRenderer.WriteFacts(console, [("rows", Text(statistics.Rows)), ("columns", Text(statistics.Columns))]);
    }

    private static IEnumerable<Row> Rows(string title, IReadOnlyList<ValueCount> values, int images)
    {
        foreach (ValueCount value in values)
        {
            yield return new Row(ReferenceEquals(value, values[0]) ? title : "", value.Value, value.Images, 100.0 * value.Images / images);
        }

        int rest = images - values.Sum(v => v.Images);
        if (rest > 0 && values.Count > 0)
        {
            yield return new Row("", "others", rest, 100.0 * rest / images);
        }
    }

    private static string Text(SizeQuantiles q) => $"smallest {q.Min}, 5 % {q.P05}, median {q.Median}, 95 % {q.P95}, largest {q.Max}";

    private sealed record Row(string What, string Value, int Images, double? Share);
}
