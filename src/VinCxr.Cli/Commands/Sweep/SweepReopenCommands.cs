using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep retry|extend</c>: more work for a sweep, ended or not.</summary>
internal static class SweepReopenCommands
{
    public static Command CreateRetry(CliContext context)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        Option<bool> cancelled = ValueOptions.Flag("--cancelled", "Also the cancelled trials");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("retry", "Put failed trials back in line, going on from their checkpoints") { sweep, cancelled, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            string name = parse.GetRequiredValue(sweep);
            bool alsoCancelled = parse.GetValue(cancelled);
            int waiting = await plane.RetrySweepAsync(name, alsoCancelled, cancellationToken);
            SubmitCommand.Show(context, output.ValueOf(parse), (await plane.GetSweepAsync(name, cancellationToken)).Summary);
            context.Note(waiting > 0
                ? $"{waiting} trials wait again"
                : $"no failed {(alsoCancelled ? "or cancelled " : "")}trials: nothing to retry");
            return ExitCode.Done;
        });
    }

    public static Command CreateExtend(CliContext context)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        Argument<string> file = ValueOptions.Argument("file", "Its file with more epochs, variants or values, or another budget, priority, queue or max_concurrent");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("extend", "Go on with more epochs, more variants or other limits; an ended sweep goes on") { sweep, file, output }
            .OnPlane(context, async (plane, parse, cancellationToken) =>
            {
                string yaml = await TextFile.ReadAsync(parse.GetRequiredValue(file), "sweep file", cancellationToken);
                SubmitCommand.Show(context, output.ValueOf(parse), await plane.ExtendSweepAsync(parse.GetRequiredValue(sweep), yaml, cancellationToken));
                return ExitCode.Done;
            });
    }
}
