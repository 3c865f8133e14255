using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Decisions;

// What stands in InputsJson. Histories and curves are not repeated with every decision: they are the entries that stand before it.

/// <summary>A proposed variant. It follows from the spec's seed, <paramref name="Known"/> variants and the scores of their trials that ended before.</summary>
/// <param name="Index">Number of the variant.</param>
/// <param name="Known">Variants proposed before this batch.</param>
/// <param name="Scored">Of those, how many had a score.</param>
/// <param name="Asked">Variants asked for at once.</param>
internal sealed record ProposedInputs(int Index, Dictionary<string, object> Parameters, int Known, int Scored, int Asked);

/// <summary>How a trial ended: the whole of what its sweep needs to know of it from then on.</summary>
internal sealed record EndedInputs(
    TrialState State, int Attempt, int Epoch, int Epochs, double? Map40, double? Map40Findings, string? Predictions, string? Node, string? Reason,
    long Revision, long LeaseEpoch, double SlotSeconds, double? PeakMemoryMb)
{
    public static EndedInputs Of(TrialReport report)
    {
        var trial = report.Summary;
        return new EndedInputs(
            trial.State, trial.Attempt, trial.Epoch, trial.Epochs, trial.Map40, report.Map40Findings, report.PredictionsBlob, trial.Node, trial.Reason,
            report.Revision, report.LeaseEpoch, report.SlotSeconds, report.PeakMemoryMb);
    }

    /// <param name="trial">Any summary of the trial.</param>
    public TrialReport ToReport(TrialSummary trial) => new(
        trial with { State = State, Attempt = Attempt, Epoch = Epoch, Epochs = Epochs, Map40 = Map40, Node = Node, Reason = Reason },
        Revision, LeaseEpoch, [], Map40Findings, Predictions, SlotSeconds: SlotSeconds, PeakMemoryMb: PeakMemoryMb);
}

/// <summary>A verdict of the stopping rule, by the curves after the first <paramref name="Observed"/> changes of the curve log.</summary>
/// <param name="Rung">Epoch of the rung that was judged, where the rule has rungs.</param>
internal sealed record JudgedInputs(string Method, string Reason, int Epoch, IReadOnlyList<CurvePoint> Curve, int? Rung, int Observed);

/// <summary>Trials, by place in the sweep's order, that go on although they had ended.</summary>
internal sealed record ReopenedInputs(string Verb, string? File, IReadOnlyList<int> Trials);

/// <param name="Limit">The budget, hours.</param>
internal sealed record BudgetInputs(double GpuHours, double Limit);
