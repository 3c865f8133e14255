namespace VinCxr.Core.Scheduling;

/// <summary>
/// Which trial a node's free slot goes to. Order: priority, fair share between users, submission, the sweep's own order. Among trials of one
/// user and priority, those whose images the node holds go first, but never into the place of one that has begun. A lower priority starts only where every higher one is blocked.
/// </summary>
public static class StartRule
{
    public static StartDecision Decide(StartInputs inputs)
    {
        List<PassedOver> passed = [];
        foreach (var level in InOrder(inputs.Candidates).GroupBy(c => c.Priority))
        {
            List<(StartCandidate Candidate, PassReason? Blocked)> looked = [.. level.Select(c => (c, Block(c, inputs.Node, inputs.Limits)))];
            int keeper = looked.FindIndex(l => Keeps(l.Candidate, l.Blocked, inputs));
            var considered = keeper < 0 ? looked : looked[..keeper];
            StartCandidate[] open = [.. considered.Where(l => l.Blocked is null).Select(l => l.Candidate)];
            if (open.GroupBy(c => c.User).Select(user => Choose([.. user], inputs.Limits)).FirstOrDefault(c => c is not null) is { } chosen)
            {
                var shares = DeviceFit.Choose(inputs.Node.Devices, chosen.Slots, chosen.MemoryMb)!;
                var before = considered.TakeWhile(l => l.Candidate != chosen).Select(l => Passed(l.Candidate, l.Blocked));
                return new StartDecision(chosen.TrialId, shares, [.. passed, .. before]);
            }

            passed.AddRange(considered.Select(l => Passed(l.Candidate, l.Blocked)));
            if (keeper >= 0)
            {
                passed.Add(Passed(looked[keeper].Candidate, PassReason.KeepsNode));
            }

            if (keeper >= 0 || open.Length > 0)
            {
                // A slot that a lower priority takes now would be missing when the wait is over.
                return new StartDecision(null, [], passed, Waits: true);
            }
        }

        return new StartDecision(null, [], passed);
    }

    /// <summary>Queue order.</summary>
    public static IOrderedEnumerable<StartCandidate> InOrder(IEnumerable<StartCandidate> candidates) => candidates
        .OrderByDescending(c => c.Priority).ThenBy(c => c.Share).ThenBy(c => c.SubmittedAt).ThenBy(c => c.SweepId, StringComparer.Ordinal).ThenBy(c => c.Order);

    /// <returns>Why it cannot start on the node now, or null.</returns>
    public static PassReason? Block(StartCandidate candidate, StartNode node, StartLimits limits) => candidate switch
    {
        { Hold: not null } => PassReason.Held,
        _ when candidate.Running >= candidate.MaxConcurrent => PassReason.SweepFull,
        _ when IsOver(limits.QueueSlots, limits.QueueUsed, candidate.Slots) => PassReason.QueueFull,
        _ when IsOver(limits.UserSlots, candidate.UserUsed, candidate.Slots) => PassReason.UserFull,
        { Excluded: true } => PassReason.Excluded,
        _ when DeviceFit.Choose(node.Devices, candidate.Slots, candidate.MemoryMb) is not null => null,
        _ => node.Devices.Any(d => DeviceFit.HasMemory(d, DeviceFit.ShareOf(candidate.Slots), candidate.MemoryMb)) ? PassReason.NoRoom : PassReason.Memory,
    };

    /// <summary>Whether <paramref name="slots"/> more would exceed the quota.</summary>
    public static bool IsOver(double? quota, double used, double slots) => used + slots > quota + SlotDemand.Tolerance;

    /// <summary>A trial that would fit into the empty node, and has been passed over for too long, keeps one node until enough of it is free.</summary>
    private static bool Keeps(StartCandidate candidate, PassReason? blocked, StartInputs inputs) =>
        blocked == PassReason.NoRoom && candidate.PassedOver >= inputs.Limits.FairnessSeconds
        && (candidate.KeptNode is null || candidate.KeptNode == inputs.Node.Name)
        && DeviceFit.FitsEmpty(inputs.Node.Devices, candidate.Slots, candidate.MemoryMb);

    private static StartCandidate? Choose(StartCandidate[] equals, StartLimits limits)
    {
        StartCandidate[] free = [.. equals.Where((c, i) => !TakesPlaceOf(equals.AsSpan(0, i), c))];
        return Array.Find(free, c => c.PassedOver >= limits.FairnessSeconds)
            ?? Array.Find(free, c => c.ImagesHere)
            ?? Array.Find(free, c => c.PassedOver >= limits.WaitSeconds || c.ImagesOn is null);
    }

    /// <summary>
    /// Whether a start would fill the sweep while trials that go first, and have begun already, wait some seconds for another node: they would then wait for
    /// the end of a whole trial, and what was lost in seconds be made up for in hours.
    /// </summary>
    private static bool TakesPlaceOf(ReadOnlySpan<StartCandidate> before, StartCandidate candidate)
    {
        int places = candidate.Running;
        foreach (var other in before)
        {
            places += other.SweepId == candidate.SweepId ? other.Begun : 0;
        }

        return places >= candidate.MaxConcurrent;
    }

    private static PassedOver Passed(StartCandidate candidate, PassReason? blocked) =>
        blocked is { } reason ? new(candidate.TrialId, reason)
        : candidate.ImagesOn is { } node ? new(candidate.TrialId, PassReason.WaitsForImages, node)
        : new(candidate.TrialId, PassReason.GaveWay);
}
