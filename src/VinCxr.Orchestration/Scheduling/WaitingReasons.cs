using System.Globalization;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Core.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Why trials wait, for people: the first thing that would have to change for a trial to start.</summary>
internal sealed class WaitingReasons(
    QueueSettings queue, UseLedger ledger, ShardBook shards, NodeSummary[] nodes, TimeProvider time, OrchestrationOptions options)
{
    private readonly NodeSummary[] _all = nodes;
    private readonly NodeSummary[] _there = There(nodes, time);
    private readonly int _slots = There(nodes, time).Sum(n => DevicesOf(n).Length);

    /// <summary>Nodes that were heard of lately and take work.</summary>
    public static NodeSummary[] There(NodeSummary[] nodes, TimeProvider time) =>
        [.. nodes.Where(n => !n.Draining && n.Slots > 0 && time.GetUtcNow() - n.LastSeen < INodeRegistryGrain.NameHeld)];

    /// <summary>Devices as the agent describes them; older ones only count their slots.</summary>
    public static Device[] DevicesOf(NodeSummary node) => node.Devices is { } devices
        ? [.. devices.Select(d => new Device(d.Index, d.MemoryMb, d.Free))]
        : [.. Enumerable.Range(0, node.Slots).Select(i => new Device(i, null, i < node.Running.Length ? 0 : 1))];

    /// <returns>Why a set's trials cannot start, or null.</returns>
    public static string? OfShards(ShardSetStatus? status) => status switch
    {
        { IsComplete: true } => null,
        { Error: { } error } => error,
        { } known => $"{known.Made} of {known.Total} image shards prepared",
        null => "its images are looked for",
    };

    /// <summary>Why a trial that failed is not in line.</summary>
    public static string OfRest(DateTimeOffset until) => string.Create(CultureInfo.InvariantCulture, $"rests after an error until {until.UtcDateTime:HH:mm:ss} UTC");

    /// <param name="memoryMb">Memory it needs, MiB, or null.</param>
    /// <param name="wish">Room that is made for it, or null.</param>
    /// <param name="position">1 for the first in line.</param>
    public string Explain(QueuedSweep sweep, TrialDemand trial, int? memoryMb, Wish? wish, int position)
    {
        var demand = sweep.Demand;
        if (demand.Hold is not null)
        {
            return demand.Hold;
        }

        if (_there.Length == 0)
        {
            return _all.Any(n => n.Draining) ? "every node is draining" : "no node is there to train it; 'vincxr serve' starts one";
        }

        return (shards.Find(trial.PreparedId) is { IsComplete: false } status ? OfShards(status) : null)
            ?? OfLimits(sweep)
            ?? OfNodes(demand, trial, memoryMb)
            ?? OfTurn(sweep, trial, memoryMb, wish, position);
    }

    private string? OfLimits(QueuedSweep sweep)
    {
        var demand = sweep.Demand;
        if (sweep.Places >= demand.MaxConcurrent)
        {
            return $"resources.max_concurrent is {demand.MaxConcurrent} and {sweep.Places} run";
        }

        if (queue.Slots is { } slots && StartRule.IsOver(slots, ledger.InUse, demand.Gpus))
        {
            return demand.Gpus > slots
                ? $"it takes {Number(demand.Gpus)} slots and queue '{queue.Name}' has {Number(slots)} in all; see 'vincxr queue set'"
                : $"queue '{queue.Name}' may use {Number(slots)} slots at once and uses {Number(ledger.InUse)}";
        }

        double used = ledger.SlotsOf(sweep.User);
        return queue.UserSlots is { } userSlots && StartRule.IsOver(userSlots, used, demand.Gpus)
            ? $"{(demand.User is { } user ? $"user '{user}'" : "a user without a name")} may use {Number(userSlots)} slots of queue '{queue.Name}' at once and uses {Number(used)}"
            : null;
    }

    private string? OfNodes(SweepDemand demand, TrialDemand trial, int? memoryMb)
    {
        NodeSummary[] allowed = [.. _there.Where(n => trial.ExcludedNodes?.Contains(n.Name) is not true)];
        if (allowed.Length == 0)
        {
            return $"it is kept away from every node that is there: {string.Join(", ", _there.Select(n => n.Name))}";
        }

        double share = DeviceFit.ShareOf(demand.Gpus);
        if (!allowed.SelectMany(DevicesOf).Any(d => DeviceFit.HasMemory(d, share, memoryMb)))
        {
            int largest = allowed.SelectMany(DevicesOf).Max(d => d.MemoryMb) ?? 0;
            return share < 1
                ? $"needs about {memoryMb:N0} MiB; {Number(share)} of the largest slot has {largest * share:N0} MiB"
                : $"needs about {memoryMb:N0} MiB; the largest slot has {largest:N0} MiB";
        }

        return allowed.Any(n => DeviceFit.FitsEmpty(DevicesOf(n), demand.Gpus, memoryMb))
            ? null
            : $"takes {Number(demand.Gpus)} slots of one node; the largest has {allowed.Max(n => DevicesOf(n).Length)} that suffice";
    }

    private string OfTurn(QueuedSweep sweep, TrialDemand trial, int? memoryMb, Wish? wish, int position)
    {
        if (wish is { Victims: { Count: > 0 } victims })
        {
            return $"{string.Join(", ", victims)} of lower priority make{(victims.Count == 1 ? "s" : "")} room on node '{wish.Node}'";
        }

        var passed = sweep.PassedOver.GetValueOrDefault(trial.TrialId);
        if (passed is { Kept: { } kept })
        {
            return $"node '{kept}' is kept for it until {Number(sweep.Demand.Gpus)} of its slots {(sweep.Demand.Gpus > 1 ? "are" : "is")} free";
        }

        if (passed is { Reason: PassReason.WaitsForImages, Node: { } node } && time.GetElapsedTime(passed.Since) < options.PlacementWait)
        {
            return $"waits up to {options.PlacementWait.TotalSeconds:0.#} s for node '{node}', which holds its images";
        }

        var free = _there.FirstOrDefault(n => trial.ExcludedNodes?.Contains(n.Name) is not true && DeviceFit.Choose(DevicesOf(n), sweep.Demand.Gpus, memoryMb) is not null);
        return free is not null ? $"{Ordinal(position)} in line; node '{free.Name}' has a free slot"
            : _there.SelectMany(DevicesOf).Any(d => d.Free > SlotDemand.Tolerance) ? $"{Ordinal(position)} in line; no node has {Number(sweep.Demand.Gpus)} of its slots free"
            : $"{Ordinal(position)} in line; {(_slots == 1 ? "the slot is" : $"all {_slots} slots are")} busy";
    }

    private static string Ordinal(int position) => position == 1 ? "first" : $"number {position}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
