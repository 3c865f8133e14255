using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Commands.Doctor;

/// <summary><c>vincxr doctor</c>: can this machine run and train?</summary>
internal static class DoctorCommand
{
    private static readonly Column<Check>[] Columns =
    [
        new("status", "", c => c.Status, c => c.Status.ToString().ToUpperInvariant()),
        new("name", "Check", c => c.Name),
        new("detail", "Found", c => c.Detail),
    ];

    public static Command Create(CliContext context)
    {
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("doctor", "Check runtime, libtorch, OpenCV, memory, store and disk") { store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            Check[] checks = await Task.WhenAll(Checks.All(parse.GetRequiredValue(store), cancellationToken));
            Renderer.List(context, output.ValueOf(parse), checks, Columns, "");
            Check[] failed = [.. checks.Where(c => c.Status == CheckStatus.Fail)];
            if (failed.Length == 0)
            {
                return ExitCode.Done;
            }

            context.Error.WriteLine($"{failed.Length} checks failed: {string.Join(", ", failed.Select(c => c.Name))}");
            return ExitCode.Failed;
        });
        return command;
    }
}
