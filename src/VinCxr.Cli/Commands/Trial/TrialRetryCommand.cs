using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial retry</c>: a failed or cancelled trial goes back in line with fresh budgets.</summary>
internal static class TrialRetryCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("retry", "Put a failed or cancelled trial back in line with fresh budgets; it goes on from its last checkpoint") { trial, output }
            .OnPlane(context, async (plane, parse, cancellationToken) =>
            {
                TrialSummary after = await plane.RetryTrialAsync(parse.GetRequiredValue(trial), cancellationToken);
                Renderer.List(context, output.ValueOf(parse), [after], TrialColumns.All, "");
                return ExitCode.Done;
            });
    }
}
