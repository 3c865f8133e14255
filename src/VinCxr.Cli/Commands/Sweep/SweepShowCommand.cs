using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Commands.Trial;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep show</c>.</summary>
internal static class SweepShowCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        Option<bool> yaml = ValueOptions.Flag("--file", "Print the sweep file instead");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("show", "One sweep with its trials") { sweep, yaml, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            var details = await plane.GetSweepAsync(parse.GetRequiredValue(sweep), cancellationToken);
            if (parse.GetValue(yaml))
            {
                context.Out.WriteLine(details.Yaml.TrimEnd());
                return ExitCode.Done;
            }

            SweepView view = SweepView.Of(details);
            Renderer.Show(context, output.ValueOf(parse), view, view.Trials, TrialColumns.All, console =>
            {
                TableRenderer.WriteFacts(console, view.Facts());
                TableRenderer.Write(console, view.Trials, TrialColumns.All, "no trials yet");
            });
            return ExitCode.Done;
        });
    }
}
