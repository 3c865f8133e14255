using System.CommandLine;
using System.CommandLine.Invocation;
using VinCxr.Cli.Commands;

namespace VinCxr.Cli;

/// <summary>The command line as one function, so that tests can call it as a shell would.</summary>
public static class CliApp
{
    /// <summary>Runs one command line.</summary>
    /// <returns>0 when done, 1 when the work failed, 2 for a wrong command line, 130 when interrupted, 70 for a defect.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter stdout, TextWriter stderr, CancellationToken cancellationToken = default)
    {
        CliContext context = CliContext.Create(stdout, stderr);
        try
        {
            ParseResult parsed = RootCommandFactory.Create(context).Parse(args.Count == 0 ? ["--help"] : args);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
            {
                return ErrorReport.Usage(context, parsed);
            }

            // Signals are the caller's (Program), exceptions are ours.
            var invocation = new InvocationConfiguration
            {
                Output = stdout,
                Error = stderr,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (Exception error)
        {
            return ErrorReport.Failure(context, error, cancellationToken);
        }
        finally
        {
            await stdout.FlushAsync(CancellationToken.None);
            await stderr.FlushAsync(CancellationToken.None);
        }
    }
}
