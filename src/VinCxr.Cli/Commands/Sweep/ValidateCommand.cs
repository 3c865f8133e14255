using System.CommandLine;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Core.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep validate</c>: every mistake of a sweep file, one line each.</summary>
internal static class ValidateCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> file = ValueOptions.Argument("file", "Sweep file (YAML)");
        var command = new Command("validate", "Report every mistake of a sweep file with its path") { file };
        command.SetAction(async (parse, cancellationToken) =>
        {
            string yaml = await TextFile.ReadAsync(parse.GetRequiredValue(file), "sweep file", cancellationToken);
            SweepSpec spec = SweepFile.ParseOrThrow(yaml);
            context.Out.WriteLine($"{spec.Name}: valid, {spec.Parameters.Count} parameters searched by {spec.Search.Method} on {spec.Folds.Count} folds");
            return ExitCode.Done;
        });
        return command;
    }
}
