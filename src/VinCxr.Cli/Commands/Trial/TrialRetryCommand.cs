using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial retry</c>: a failed or cancelled trial goes back in line with fresh budgets.</summary>
internal static class TrialRetryCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("retry", "Put a failed or cancelled trial back in line with fresh budgets; it goes on from its last checkpoint") { trial, output }
            .OnCluster(async (cluster, parse, _) =>
            {
                string id = parse.GetRequiredValue(trial);
                TrialDetails before = await cluster.Grains.TrialAsync(id);
                if (!await cluster.Grains.GetGrain<ITrialControlGrain>(id).RetryAsync("tried again by request"))
                {
                    throw new ConflictException($"trial '{id}' is {before.Summary.State}; only a Failed or Cancelled one can be tried again");
                }

                TrialSummary after = (await cluster.Grains.TrialAsync(id)).Summary;
                Renderer.List(context, output.ValueOf(parse), [after], TrialColumns.All, "");
                return ExitCode.Done;
            });
    }
}
