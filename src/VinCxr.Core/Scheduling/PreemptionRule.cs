namespace VinCxr.Core.Scheduling;

/// <summary>
/// Which running trials of lower priority make room for a waiting one: one where one suffices, the one that loses least work (slot seconds since
/// its last checkpoint); among equals the lowest priority, then the newest.
/// </summary>
/// <remarks>
/// Where it takes several (a gang, small trials on one device, a quota), all of a node are considered and those that prove needless are spared, the
/// costliest first; the node that loses least in all wins. No victim of the answer can be left out.
/// </remarks>
public static class PreemptionRule
{
    public static PreemptionDecision Choose(PreemptionInputs inputs)
    {
        Victim[] lower = [.. InOrder(inputs.Running.Where(v => v.Priority < inputs.Trial.Priority))];
        if (inputs.Nodes.Any(n => Fits(inputs, n, [])))
        {
            return new PreemptionDecision([], null);
        }

        // Where no quota is in the way, a victim makes room on its own node only.
        bool isQuotaOpen = IsWithinQuotas(inputs, []);
        foreach (var victim in lower.Where(v => isQuotaOpen || IsWithinQuotas(inputs, [v])))
        {
            if (inputs.Nodes.FirstOrDefault(n => (!isQuotaOpen || n.Name == victim.Node) && Fits(inputs, n, [victim])) is { } node)
            {
                return new PreemptionDecision([victim.TrialId], node.Name);
            }
        }

        var best = inputs.Nodes
            .Select(n => (Node: n, Victims: Cover(inputs, n, isQuotaOpen ? [.. lower.Where(v => v.Node == n.Name)] : lower)))
            .Where(c => c.Victims is not null)
            .OrderBy(c => c.Victims!.Sum(v => v.LostSeconds)).ThenBy(c => c.Victims!.Count).FirstOrDefault();
        return best.Victims is { } several ? new PreemptionDecision([.. several.Select(v => v.TrialId)], best.Node.Name) : new PreemptionDecision([], null);
    }

    /// <summary>In the order in which they would be asked.</summary>
    public static IOrderedEnumerable<Victim> InOrder(IEnumerable<Victim> victims) => victims
        .OrderBy(v => v.LostSeconds).ThenBy(v => v.Priority).ThenBy(v => v.SlotSeconds).ThenBy(v => v.TrialId, StringComparer.Ordinal);

    /// <summary>Whether the trial may start on the node once the victims have yielded.</summary>
    public static bool Fits(PreemptionInputs inputs, StartNode node, IReadOnlyList<Victim> yielded) =>
        IsWithinQuotas(inputs, yielded)
        && DeviceFit.Choose(FreedBy(yielded.Where(v => v.Node == node.Name), node.Devices), inputs.Trial.Slots, inputs.Trial.MemoryMb) is not null;

    private static bool IsWithinQuotas(PreemptionInputs inputs, IReadOnlyList<Victim> yielded) =>
        !StartRule.IsOver(inputs.QueueSlots, inputs.QueueUsed - yielded.Sum(v => v.Slots), inputs.Trial.Slots)
        && !StartRule.IsOver(inputs.UserSlots, inputs.UserUsed - yielded.Where(v => v.User == inputs.Trial.User).Sum(v => v.Slots), inputs.Trial.Slots);

    /// <returns>Victims none of which can be spared; null when all of them together do not make room on the node.</returns>
    private static List<Victim>? Cover(PreemptionInputs inputs, StartNode node, Victim[] lower)
    {
        if (!Fits(inputs, node, lower))
        {
            return null;
        }

        List<Victim> taken = [.. lower];
        foreach (var spared in Enumerable.Reverse(lower))
        {
            taken.Remove(spared);
            if (!Fits(inputs, node, taken))
            {
                taken.Add(spared);
            }
        }

        return [.. InOrder(taken)];
    }

    private static Device[] FreedBy(IEnumerable<Victim> victims, IReadOnlyList<Device> devices)
    {
        Device[] free = [.. devices];
        foreach (var victim in victims)
        {
            free = DeviceFit.With(free, victim.Shares ?? Guess(victim, free));
        }

        return free;
    }

    private static IReadOnlyList<DeviceShare> Guess(Victim victim, Device[] devices) =>
    [
        .. devices.OrderBy(d => d.Free).ThenBy(d => d.Index).Take(DeviceFit.CountOf(victim.Slots))
            .Select(d => new DeviceShare(d.Index, DeviceFit.ShareOf(victim.Slots))),
    ];
}
