using VinCxr.Contracts.Trials;
using VinCxr.Core.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>What nodes said of themselves when they last asked for work, less what they were given since.</summary>
internal sealed class NodeBook(TimeProvider time)
{
    /// <summary>Agents with a free slot ask every half second; one that has been silent for this long is not counted on.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Entry> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _holders = new(StringComparer.Ordinal);

    /// <summary>The node asks. Its word replaces what was known, but work that is being given to it at this moment is not free.</summary>
    public void Asked(LeaseRequest request)
    {
        Device[] devices = request.Slots is { } offers
            ? [.. offers.Select(o => new Device(o.Index, o.MemoryMb, Math.Clamp(o.Free, 0, 1)))]
            : [.. Enumerable.Range(0, request.FreeSlots).Select(i => new Device(i, null))];
        if (!_nodes.TryGetValue(request.Node, out var entry))
        {
            _nodes[request.Node] = entry = new Entry();
        }

        entry.Devices = DeviceFit.Without(devices, [.. entry.BeingGiven.SelectMany(g => g)]);
        entry.At = time.GetTimestamp();
        SetHeld(request.Node, entry, request.Held ?? []);
    }

    public StartNode Offer(string node) => new(node, _nodes[node].Devices);

    public bool Holds(string node, string prepared) => _holders.TryGetValue(prepared, out var holders) && holders.Contains(node);

    /// <summary>Whether it asked lately.</summary>
    public bool IsFresh(string node) => _nodes.TryGetValue(node, out var known) && time.GetElapsedTime(known.At) < Fresh;

    public void Give(string node, IReadOnlyList<DeviceShare> shares)
    {
        var entry = _nodes[node];
        entry.BeingGiven.Add(shares);
        entry.Devices = DeviceFit.Without(entry.Devices, shares);
    }

    /// <summary>The node has its answer: from its next word on, its offer takes account of it.</summary>
    public void Given(string node, IReadOnlyList<DeviceShare> shares, bool taken)
    {
        var entry = _nodes[node];
        entry.BeingGiven.Remove(shares);
        if (!taken)
        {
            entry.Devices = DeviceFit.With(entry.Devices, shares);
        }
    }

    /// <summary>The node took a shard to make, which keeps one of its slots busy.</summary>
    public void TookShard(string node)
    {
        if (_nodes[node].Devices.MaxBy(d => d.Free) is { } freest)
        {
            _nodes[node].Devices = DeviceFit.Without(_nodes[node].Devices, [new DeviceShare(freest.Index, freest.Free)]);
        }
    }

    /// <returns>Another node that holds the set and has room now, or null.</returns>
    public string? OtherHolder(string node, string prepared, double slots, int? memoryMb, string[]? excluded) =>
        _holders.TryGetValue(prepared, out var holders)
            ? holders.Where(h => h != node && excluded?.Contains(h) is not true && HasRoom(h, slots, memoryMb)).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;

    private bool HasRoom(string node, double slots, int? memoryMb) =>
        IsFresh(node) && DeviceFit.Choose(_nodes[node].Devices, slots, memoryMb) is not null;

    private void SetHeld(string node, Entry entry, string[] held)
    {
        if (entry.Held.SequenceEqual(held))
        {
            return;
        }

        foreach (string prepared in entry.Held)
        {
            _holders[prepared].Remove(node);
        }

        foreach (string prepared in held)
        {
            if (!_holders.TryGetValue(prepared, out var holders))
            {
                _holders[prepared] = holders = new HashSet<string>(StringComparer.Ordinal);
            }

            holders.Add(node);
        }

        entry.Held = held;
    }

    private sealed class Entry
    {
        public Device[] Devices { get; set; } = [];

        public string[] Held { get; set; } = [];

        public long At { get; set; }

        public List<IReadOnlyList<DeviceShare>> BeingGiven { get; } = [];
    }
}
