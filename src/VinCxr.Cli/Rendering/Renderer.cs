using Spectre.Console;

namespace VinCxr.Cli.Rendering;

/// <summary>Writes what a verb found in the form that was asked for.</summary>
internal static class Renderer
{
    /// <summary>A list: an array in JSON and YAML, rows in CSV and tables.</summary>
    /// <param name="empty">What a table says when there are no rows, with what to do about it.</param>
    public static void List<T>(CliContext context, OutputFormat format, IReadOnlyCollection<T> rows, IReadOnlyList<Column<T>> columns, string empty) =>
        Show(context, format, rows, rows, columns, console => TableRenderer.Write(console, rows, columns, empty));

    /// <summary>One thing with parts: <paramref name="data"/> in JSON and YAML, its main rows in CSV, <paramref name="table"/> for people.</summary>
    public static void Show<T>(
        CliContext context, OutputFormat format, object data, IEnumerable<T> csvRows, IReadOnlyList<Column<T>> csvColumns, Action<IAnsiConsole> table)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonRenderer.Write(context.Out, data);
                break;
            case OutputFormat.Yaml:
                YamlRenderer.Write(context.Out, data);
                break;
            case OutputFormat.Csv:
                CsvRenderer.Write(context.Out, csvRows, csvColumns);
                break;
            default:
                table(TableRenderer.Console(context));
                break;
        }
    }
}
