using System.Text.Json.Serialization;

namespace VinCxr.Core.Scheduling;

// Short JSON names: one of these is logged with every start.

/// <summary>All that a decision about a node's free slots rests on.</summary>
/// <param name="Candidates">Trials looked at, in any order: the rule sorts them.</param>
/// <param name="Omitted">Blocked candidates that were left out; they cannot change the decision.</param>
public sealed record StartInputs(
    StartNode Node, StartLimits Limits, [property: JsonPropertyName("c")] IReadOnlyList<StartCandidate> Candidates, int Omitted = 0);

/// <summary>The node that asks, with what is free of its devices.</summary>
public sealed record StartNode(string Name, IReadOnlyList<Device> Devices);

/// <param name="QueueSlots">Quota of the queue; null is unlimited.</param>
/// <param name="QueueUsed">Slots its trials use.</param>
/// <param name="UserSlots">Quota of each user; null is unlimited.</param>
/// <param name="WaitSeconds">How long a trial waits for a free node that holds its images.</param>
/// <param name="FairnessSeconds">How long a trial may be passed over for placement or for want of room; then its turn is enforced.</param>
public sealed record StartLimits(double? QueueSlots, double QueueUsed, double? UserSlots, double WaitSeconds, double FairnessSeconds);

/// <summary>The first trials of a sweep's line, one for each kind (images, memory, excluded nodes).</summary>
/// <param name="Share">The user's <see cref="FairShare.Rank"/>.</param>
/// <param name="UserUsed">Slots the user's trials use.</param>
/// <param name="Order">Position in the sweep's own order.</param>
/// <param name="Running">Trials of the sweep that run.</param>
/// <param name="Slots">Slots it takes.</param>
/// <param name="Hold">Why it may start nowhere, or null.</param>
/// <param name="MemoryMb">Memory it needs, MiB; null when unknown.</param>
/// <param name="Excluded">It must not go to the asking node.</param>
/// <param name="ImagesHere">The asking node holds its images.</param>
/// <param name="ImagesOn">Another node that holds them and has room for it now, or null.</param>
/// <param name="PassedOver">Seconds since it was first passed over for placement or for want of room.</param>
/// <param name="KeptNode">Node that is kept free for it since its turn is enforced, or null.</param>
/// <param name="Begun">Trials of its kind that wait to go on, as after the loss of their node.</param>
public sealed record StartCandidate(
    [property: JsonPropertyName("t")] string TrialId,
    [property: JsonPropertyName("sw")] string SweepId,
    [property: JsonPropertyName("p")] int Priority,
    [property: JsonPropertyName("u")] string? User,
    [property: JsonPropertyName("sh")] double Share,
    [property: JsonPropertyName("uu")] double UserUsed,
    [property: JsonPropertyName("at")] DateTimeOffset SubmittedAt,
    [property: JsonPropertyName("o")] int Order,
    [property: JsonPropertyName("r")] int Running,
    [property: JsonPropertyName("mc")] int MaxConcurrent,
    [property: JsonPropertyName("s")] double Slots,
    string? Hold = null,
    [property: JsonPropertyName("mb")] int? MemoryMb = null,
    [property: JsonPropertyName("ex")] bool Excluded = false,
    [property: JsonPropertyName("here")] bool ImagesHere = false,
    [property: JsonPropertyName("on")] string? ImagesOn = null,
    [property: JsonPropertyName("po")] double PassedOver = 0,
    [property: JsonPropertyName("kept")] string? KeptNode = null,
    [property: JsonPropertyName("b")] int Begun = 0);

/// <param name="TrialId">The trial to start, or null.</param>
/// <param name="Shares">What it gets; empty when none starts.</param>
/// <param name="PassedOver">Candidates that go before it in the queue, in order, with the reason.</param>
/// <param name="Waits">Nothing starts although something could: the slot is kept for a trial that waits for it, or for another node.</param>
public sealed record StartDecision(string? TrialId, IReadOnlyList<DeviceShare> Shares, IReadOnlyList<PassedOver> PassedOver, bool Waits = false);

/// <param name="Node">The node it waits for, where that is the reason.</param>
public sealed record PassedOver(string TrialId, PassReason Reason, string? Node = null);

/// <summary>Why a trial does not take the slot that a node offers.</summary>
public enum PassReason
{
    /// <summary>It may start nowhere: its sweep is paused, over budget, or its images are not prepared.</summary>
    Held,

    /// <summary>Its sweep runs as many as it allows.</summary>
    SweepFull,

    /// <summary>The queue's quota is used up.</summary>
    QueueFull,

    /// <summary>Its user's quota is used up.</summary>
    UserFull,

    /// <summary>It must not go to this node.</summary>
    Excluded,

    /// <summary>No device of the node has the memory.</summary>
    Memory,

    /// <summary>The node has too few slots free, or at all.</summary>
    NoRoom,

    /// <summary>It waits for another node, which holds its images and is free.</summary>
    WaitsForImages,

    /// <summary>An equal one goes first, whose images are here.</summary>
    GaveWay,

    /// <summary>Its turn is enforced: the node is kept until it has room for it.</summary>
    KeepsNode,
}
