using System.CommandLine;
using System.Globalization;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Trial;

/// <summary>A trial as <c>trial show</c> prints it.</summary>
internal sealed record TrialView(
    string Id, string SweepId, string Variant, int Fold, TrialState State, string? Reason, int Attempt, int Epoch, int Epochs, double? Map40,
    double? Map40Findings, string? Node, long LeaseEpoch, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? WeightsBlob, string? PredictionsBlob,
    string? CheckpointBlob, int CheckpointEpoch, int ErrorsUsed, int? MaxErrors, int PreemptionsUsed, int? MaxPreemptions, int BatchHalvings, double LrFactor,
    IReadOnlyList<string> ExcludedNodes, DateTimeOffset? NotBefore, string? YieldReason, double SlotSeconds, double? PeakMemoryMb, string? CodeVersion,
    IReadOnlyDictionary<string, string> Parameters, string? ActivationMapsBlob)
{
    public static TrialView Of(TrialDetails trial) => new(
        trial.Summary.Id, trial.Summary.SweepId, trial.Summary.Variant, trial.Summary.Fold, trial.Summary.State, trial.Summary.Reason,
        trial.Summary.Attempt, trial.Summary.Epoch, trial.Summary.Epochs, trial.Summary.Map40, trial.Map40Findings, trial.Summary.Node, trial.LeaseEpoch,
        trial.StartedAt, trial.EndedAt, trial.WeightsBlob, trial.PredictionsBlob, trial.CheckpointBlob, trial.CheckpointEpoch, trial.ErrorsUsed,
        trial.MaxErrors, trial.PreemptionsUsed, trial.MaxPreemptions, trial.BatchHalvings, trial.LrFactor, trial.ExcludedNodes ?? [], trial.NotBefore,
        trial.YieldReason, trial.SlotSeconds, trial.PeakMemoryMb, trial.CodeVersion, trial.Parameters, trial.ActivationMapsBlob);

    public IReadOnlyList<(string Name, string Value)> Facts() =>
    [
        ("trial", $"{Id}: {Variant} on fold {Fold} of sweep {SweepId}"),
        ("parameters", Parameters.Count == 0 ? "defaults" : string.Join(' ', Parameters.Select(p => $"{p.Key}={p.Value}"))),
        ("state", Reason is null ? State.ToString() : $"{State}: {Reason}"),
        ("epoch", $"{Epoch} of {Epochs}, attempt {Attempt} (lease {LeaseEpoch})"),
        ("mAP@0.4", $"{Text.Score(Map40)}, findings only {Text.Score(Map40Findings)}"),
        ("ran", $"{Text.Of(StartedAt)} to {Text.Of(EndedAt)} on {Node ?? Text.None}"),
        ("budgets", $"{ErrorsUsed} of {MaxErrors?.ToString(CultureInfo.InvariantCulture) ?? Text.None} errors, "
            + $"{PreemptionsUsed} of {MaxPreemptions?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"} lost nodes"),
        ("adapted", $"batch halved {BatchHalvings} times, learning rate times {LrFactor.ToString("0.######", CultureInfo.InvariantCulture)}"),
        ("excluded nodes", ExcludedNodes.Count == 0 ? Text.None : string.Join(", ", ExcludedNodes)),
        .. Waiting(),
        ("used", string.Create(CultureInfo.InvariantCulture, $"{SlotSeconds / 3600:0.###} slot hours, {(PeakMemoryMb is { } peak ? $"{peak:0} MiB at most" : "memory unknown")}")),
        ("weights", WeightsBlob ?? Text.None),
        ("predictions", PredictionsBlob ?? Text.None),
        ("activation maps", ActivationMapsBlob ?? Text.None),
        ("checkpoint", CheckpointBlob is null ? Text.None : $"{CheckpointBlob} of epoch {CheckpointEpoch}"),
        ("code", CodeVersion ?? Text.None),
    ];

    private IEnumerable<(string Name, string Value)> Waiting()
    {
        if (NotBefore is { } earliest)
        {
            yield return ("not before", Text.Of(earliest));
        }

        if (YieldReason is { } reason)
        {
            yield return ("asked to yield", reason);
        }
    }
}

/// <summary><c>vincxr trial show</c>.</summary>
internal static class TrialShowCommand
{
    private static readonly Column<TrialView>[] Columns =
    [
        new("id", "Trial", t => t.Id),
        new("variant", "Variant", t => t.Variant),
        new("fold", "Fold", t => t.Fold),
        new("state", "State", t => t.State),
        new("attempt", "Attempt", t => t.Attempt),
        new("epoch", "Epoch", t => t.Epoch),
        new("map40", "mAP@0.4", t => t.Map40),
        new("map40_findings", "findings", t => t.Map40Findings),
        new("weights", "Weights", t => t.WeightsBlob),
        new("predictions", "Predictions", t => t.PredictionsBlob),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("show", "One trial: state, score, parameters, files") { trial, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            TrialView view = TrialView.Of(await plane.GetTrialAsync(parse.GetRequiredValue(trial), cancellationToken));
            Renderer.Show(context, output.ValueOf(parse), view, [view], Columns, console => TableRenderer.WriteFacts(console, view.Facts()));
            return ExitCode.Done;
        });
    }
}
