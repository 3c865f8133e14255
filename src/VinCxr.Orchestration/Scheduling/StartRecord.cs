using VinCxr.Core.Scheduling;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>A start as the decision log has it: <see cref="StartRule.Decide"/> of the inputs is the decision.</summary>
internal sealed record StartRecord(StartInputs Inputs, StartDecision Decision)
{
    public Decision ToDecision(StartCandidate started)
    {
        string slots = string.Join(", ", Decision.Shares.Select(s => s.Share < 1 ? $"{s.Share:0.##} of slot {s.Index}" : $"slot {s.Index}"));
        string over = Decision.PassedOver.Count == 0 ? "first in line" : $"passing over {Decision.PassedOver.Count}";
        return new Decision(
            DecisionKinds.Started, started.TrialId, $"starting {started.TrialId} on node '{Inputs.Node.Name}' ({slots}): priority {started.Priority}, {over}",
            StateJson.Write(this));
    }
}

/// <summary>A preemption as the decision log has it: <see cref="PreemptionRule.Choose"/> of the inputs is the decision.</summary>
internal sealed record PreemptionRecord(PreemptionInputs Inputs, PreemptionDecision Decision)
{
    /// <summary>Trials kept in the log besides those of the chosen node.</summary>
    private const int OthersKept = 8;

    public Decision ToDecision(Victim victim)
    {
        var trial = Inputs.Trial;
        return new Decision(
            DecisionKinds.Preempted, victim.TrialId,
            $"preempting {victim.TrialId} on node '{victim.Node}' for {trial.TrialId} (priority {trial.Priority} over {victim.Priority}): "
            + $"loses at most {victim.LostSeconds:0.#} slot seconds",
            StateJson.Write(Reduced()));
    }

    /// <summary>Without most of what lost; the whole where that would change the decision.</summary>
    private PreemptionRecord Reduced()
    {
        var others = PreemptionRule.InOrder(Inputs.Running.Where(v => v.Node != Decision.Node && v.Priority < Inputs.Trial.Priority)).Take(OthersKept).ToArray();
        var kept = others.Select(v => v.Node).Append(Decision.Node).ToHashSet();
        var reduced = Inputs with
        {
            Running = [.. Inputs.Running.Where(v => v.Node == Decision.Node), .. others],
            Nodes = [.. Inputs.Nodes.Where(n => kept.Contains(n.Name))],
        };
        var again = PreemptionRule.Choose(reduced);
        return again.Node == Decision.Node && again.Victims.SequenceEqual(Decision.Victims) ? this with { Inputs = reduced } : this;
    }
}
