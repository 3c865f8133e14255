using Spectre.Console;

namespace VinCxr.Cli.Rendering;

/// <summary>Tables and facts for people.</summary>
internal static class TableRenderer
{
    /// <summary>A console over the context's stdout: colours on a terminal, plain text without wrapping elsewhere.</summary>
    public static IAnsiConsole Console(CliContext context) => Create(context.Out, context.OutIsTerminal);

    public static IAnsiConsole ErrorConsole(CliContext context) => Create(context.Error, context.ErrorIsTerminal);

    public static void Write<T>(IAnsiConsole console, IReadOnlyCollection<T> rows, IReadOnlyList<Column<T>> columns, string empty)
    {
        if (rows.Count == 0)
        {
            console.WriteLine(empty);
            return;
        }

        console.Write(Build(rows, columns));
    }

    public static Table Build<T>(IEnumerable<T> rows, IReadOnlyList<Column<T>> columns)
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (Column<T> column in columns)
        {
            var header = new TableColumn(new Markup($"[bold]{Markup.Escape(column.Title)}[/]"));
            table.AddColumn(column.AlignRight ? header.RightAligned() : header);
        }

        foreach (T row in rows)
        {
            table.AddRow([.. columns.Select(c => new Spectre.Console.Text(c.DisplayOf(row)))]);
        }

        return table;
    }

    /// <summary>Name and value pairs, one a line, values aligned.</summary>
    public static void WriteFacts(IAnsiConsole console, IReadOnlyList<(string Name, string Value)> facts)
    {
        int width = facts.Max(f => f.Name.Length);
        foreach ((string name, string value) in facts)
        {
            console.MarkupLine($"[grey]{Markup.Escape(name.PadRight(width))}[/]  {Markup.Escape(value)}");
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = CliContext.WideColumns;
        }

        return console;
    }
}
