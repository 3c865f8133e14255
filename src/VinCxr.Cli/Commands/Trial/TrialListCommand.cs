using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial ls</c>.</summary>
internal static class TrialListCommand
{
    private const string AnyState = "any";

    public static Command Create(CliContext context)
    {
        var sweep = new Argument<string?>("sweep") { Description = "Only this sweep, by name or id", Arity = ArgumentArity.ZeroOrOne };
        ChoiceOption<string> state = ValueOptions.Word(
            "--state", "Only trials in this state", AnyState, [AnyState, .. Enum.GetNames<TrialState>().Select(n => n.ToLowerInvariant())]);
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("ls", "Trials of one sweep, or of all") { sweep, state, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            string[] sweeps = parse.GetValue(sweep) is { } named
                ? [named]
                : [.. (await plane.ListSweepsAsync(cancellationToken)).Select(s => s.Id)];
            SweepDetails[] details = await Task.WhenAll(sweeps.Select(id => plane.GetSweepAsync(id, cancellationToken)));
            string wanted = state.ValueOf(parse);
            TrialSummary[] trials =
            [
                .. details.SelectMany(d => d.Trials).Where(t => wanted == AnyState || t.State.ToString().Equals(wanted, StringComparison.OrdinalIgnoreCase)),
            ];
            Renderer.List(context, output.ValueOf(parse), trials, TrialColumns.All, "no trials");
            return ExitCode.Done;
        });
    }
}
