using System.Text.Json.Serialization;

namespace VinCxr.Core.Scheduling;

/// <summary>All that the choice of victims for one waiting trial rests on.</summary>
/// <param name="QueueSlots">Quota of the queue; null is unlimited.</param>
/// <param name="UserSlots">Quota of each user; null is unlimited.</param>
/// <param name="UserUsed">Slots that the trials of the waiting trial's user use.</param>
/// <param name="Nodes">Nodes it may go to, with what is free there.</param>
/// <param name="Running">Trials of the queue that may be asked to yield; those whose priority is not lower are passed over.</param>
public sealed record PreemptionInputs(
    PreemptingTrial Trial,
    double? QueueSlots,
    double QueueUsed,
    double? UserSlots,
    double UserUsed,
    IReadOnlyList<StartNode> Nodes,
    [property: JsonPropertyName("r")] IReadOnlyList<Victim> Running);

/// <summary>The waiting trial that a slot is sought for.</summary>
/// <param name="Slots">A fraction, or a whole number for a gang.</param>
public sealed record PreemptingTrial(string TrialId, int Priority, string? User, double Slots, int? MemoryMb);

/// <summary>A running trial.</summary>
/// <param name="LostSeconds">Slot seconds of work since its last checkpoint.</param>
/// <param name="SlotSeconds">Slot seconds it has used: the newest has the least.</param>
/// <param name="Shares">Devices it holds; null when not known, which is taken for the fullest of its node.</param>
public sealed record Victim(
    [property: JsonPropertyName("t")] string TrialId,
    [property: JsonPropertyName("n")] string Node,
    [property: JsonPropertyName("p")] int Priority,
    [property: JsonPropertyName("u")] string? User,
    [property: JsonPropertyName("s")] double Slots,
    [property: JsonPropertyName("l")] double LostSeconds,
    [property: JsonPropertyName("ss")] double SlotSeconds,
    [property: JsonPropertyName("d")] IReadOnlyList<DeviceShare>? Shares = null);

/// <param name="Victims">Trials to ask to yield; empty when no choice makes room, or none is needed.</param>
/// <param name="Node">Where the waiting trial then has room, or null.</param>
public sealed record PreemptionDecision(IReadOnlyList<string> Victims, string? Node);
