using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Trial;

/// <summary>Trials in tables; <c>sweep show</c> and <c>trial ls</c> show the same columns.</summary>
internal static class TrialColumns
{
    public static IReadOnlyList<Column<TrialSummary>> All { get; } =
    [
        new("id", "Trial", t => t.Id),
        new("variant", "Variant", t => t.Variant),
        new("fold", "Fold", t => t.Fold, AlignRight: true),
        new("state", "State", t => t.State),
        new("attempt", "Attempt", t => t.Attempt, AlignRight: true),
        new("epoch", "Epoch", t => t.Epoch, t => $"{t.Epoch}/{t.Epochs}", AlignRight: true),
        new("map40", "mAP@0.4", t => t.Map40, AlignRight: true),
        new("node", "Node", t => t.Node),
        new("reason", "Reason", t => t.Reason, t => t.Reason ?? ""),
    ];
}
