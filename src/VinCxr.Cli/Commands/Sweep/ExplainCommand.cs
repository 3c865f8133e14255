using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep explain</c>: why a trial waits, stopped or failed; for a whole sweep everything that was decided, in order.</summary>
internal static class ExplainCommand
{
    private static readonly Column<DecisionView>[] Columns =
    [
        new("sequence", "#", d => d.Sequence, AlignRight: true),
        new("at", "At", d => d.At),
        new("kind", "Kind", d => d.Kind),
        new("trial", "Trial", d => d.Trial),
        new("text", "Decision", d => d.Text),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        Argument<string?> trial = new("trial") { Description = "Trial id, or its end such as v3-f1", Arity = ArgumentArity.ZeroOrOne };
        Option<int> last = ValueOptions.Whole("--last", "Only the newest N decisions; 0 shows all", 0, 0);
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("explain", "Why a trial waits, was stopped or failed; without a trial, everything that was decided") { sweep, trial, last, output }
            .OnPlane(context, async (plane, parse, cancellationToken) =>
            {
                string name = parse.GetRequiredValue(sweep);
                ExplainView view = parse.GetValue(trial) is { } id
                    ? await OfTrialAsync(plane, name, id, cancellationToken)
                    : await OfSweepAsync(plane, name, cancellationToken);
                int newest = parse.GetValue(last);
                view = newest > 0 ? view with { Decisions = [.. view.Decisions.TakeLast(newest)] } : view;
                Renderer.Show(context, output.ValueOf(parse), view, view.Decisions, Columns, console => Write(console, view));
                return ExitCode.Done;
            });
    }

    private static async Task<ExplainView> OfTrialAsync(IControlPlane plane, string sweep, string trial, CancellationToken cancellationToken)
    {
        TrialExplanation explained = await plane.ExplainTrialAsync(sweep, trial, cancellationToken);
        return new ExplainView((await plane.GetSweepAsync(sweep, cancellationToken)).Summary, explained.Trial, explained.Standing, [.. explained.Decisions.Select(DecisionView.Of)]);
    }

    private static async Task<ExplainView> OfSweepAsync(IControlPlane plane, string sweep, CancellationToken cancellationToken)
    {
        SweepSummary summary = (await plane.GetSweepAsync(sweep, cancellationToken)).Summary;
        List<DecisionLine> lines = await Pages.AllAsync(after => plane.GetDecisionsAsync(summary.Id, after, cancellationToken), d => d.Sequence);
        string reason = summary.Reason is null ? "" : $": {summary.Reason}";
        return new ExplainView(
            summary, null, $"{summary.State}{reason}; {summary.Running} trials run, {summary.Finished} of {summary.Total} have ended", [.. lines.Select(DecisionView.Of)]);
    }

    private static void Write(IAnsiConsole console, ExplainView view)
    {
        (string Name, string Value) subject = view.Trial is { } trial
            ? ("trial", $"{trial.Id}: {trial.Variant} on fold {trial.Fold} of sweep {view.Sweep.Name}")
            : ("sweep", $"{view.Sweep.Name} ({view.Sweep.Id})");
        TableRenderer.WriteFacts(console, [subject, ("standing", view.Standing)]);
        TableRenderer.Write(console, view.Decisions, Columns, "nothing was decided about it yet");
    }

    /// <param name="Trial">Null when the whole sweep is explained.</param>
    private sealed record ExplainView(SweepSummary Sweep, TrialSummary? Trial, string Standing, IReadOnlyList<DecisionView> Decisions);

    /// <param name="Inputs">What it was decided from, as it stands in the log.</param>
    private sealed record DecisionView(long Sequence, DateTimeOffset At, string Kind, string? Trial, string Text, JsonElement? Inputs)
    {
        public static DecisionView Of(DecisionLine line) => new(
            line.Sequence, line.At, line.Kind, line.TrialId, line.Text, line.InputsJson is null ? null : JsonSerializer.Deserialize<JsonElement>(line.InputsJson));
    }
}
