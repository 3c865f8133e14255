using System.CommandLine;
using VinCxr.Core;

namespace VinCxr.Cli;

/// <summary>The one place that turns errors into lines on stderr and an exit code.</summary>
internal static class ErrorReport
{
    private const string DebugVariable = "VINCXR_DEBUG";

    public static int Usage(CliContext context, ParseResult parsed)
    {
        string[] lines = [.. parsed.Errors.Select(e => OneLine(e.Message)).Distinct()];
        if (parsed.UnmatchedTokens.Count > 0)
        {
            // A mistyped verb makes every word after it an error; the first one says it all.
            lines = [lines.FirstOrDefault(l => l.Contains($"'{parsed.UnmatchedTokens[0]}'", StringComparison.Ordinal)) ?? lines[0]];
        }

        string help = $"see 'vincxr{CommandPath(parsed)} --help'";
        for (int i = 0; i < lines.Length; i++)
        {
            WriteLine(context, i == lines.Length - 1 ? $"{lines[i].TrimEnd('.')}; {help}" : lines[i]);
        }

        return ExitCode.Usage;
    }

    public static int Failure(CliContext context, Exception error, CancellationToken cancellationToken)
    {
        switch (error)
        {
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                WriteLine(context, "interrupted");
                return ExitCode.Interrupted;
            case InvalidInputException input:
                foreach (string line in input.Errors)
                {
                    // A row's error says where it is within its file; the others say where they are by themselves.
                    bool isRow = input.Subject is not null && line.StartsWith("line ", StringComparison.Ordinal);
                    WriteLine(context, isRow ? $"{input.Subject} {line}" : line);
                }

                return ExitCode.Failed;
            case VinCxrException or IOException or UnauthorizedAccessException:
                WriteLine(context, error.Message);
                WriteTrace(context, error);
                return ExitCode.Failed;
            case OrleansException or TimeoutException:
                WriteLine(context, "the server of this store went away or does not answer; what it recorded is kept ('vincxr sweep ls') and goes on when 'vincxr serve' runs again");
                WriteTrace(context, error);
                return ExitCode.Failed;
            case AggregateException { InnerExceptions.Count: 1 } aggregate:
                return Failure(context, aggregate.InnerExceptions[0], cancellationToken);
            default:
                bool debug = WriteTrace(context, error);
                WriteLine(context, $"unexpected {error.GetType().Name}: {error.Message}{(debug ? "" : $" (set {DebugVariable}=1 for the stack trace)")}");
                return ExitCode.Internal;
        }
    }

    private static bool WriteTrace(CliContext context, Exception error)
    {
        bool debug = Environment.GetEnvironmentVariable(DebugVariable) == "1";
        if (debug)
        {
            context.Error.WriteLine(error);
        }

        return debug;
    }

    private static void WriteLine(CliContext context, string message)
    {
        string line = OneLine(message);
        context.Error.WriteLine(context.ErrorIsTerminal ? $"\e[31m{line}\e[0m" : line);
    }

    /// <summary>Line breaks become blanks; other control characters, as a binary file quoted in an error has, never reach the terminal.</summary>
    private static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return string.Concat(line.Select(c => char.IsControl(c) ? '?' : c));
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result?.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Push(result.Command.Name);
        }

        return string.Concat(names.Select(n => ' ' + n));
    }
}
