namespace VinCxr.Faults.Tests.Storm;

internal enum FaultKind
{
    /// <summary>SIGKILL of a GPU silo; the machine comes back.</summary>
    KillAgent,

    /// <summary>SIGKILL of one trainer process.</summary>
    KillTrainer,

    /// <summary>SIGKILL of the control silo; it comes back.</summary>
    KillControl,

    /// <summary>SIGSTOP of a GPU silo for longer than the lease, then SIGCONT: a zombie.</summary>
    FreezeAgent,

    /// <summary>As <see cref="FreezeAgent"/>, of the control silo.</summary>
    FreezeControl,

    /// <summary>Every TCP connection of one silo is cut at once, to other silos, the store and Redis.</summary>
    CutConnections,

    /// <summary>The store refuses connections for some seconds.</summary>
    StoreRefuses,

    /// <summary>The store takes requests and answers none for some seconds.</summary>
    StoreHangs,

    /// <summary>Every packet from and to the store is a quarter of a second late.</summary>
    StoreSlow,
}

/// <param name="Number">1-based.</param>
/// <param name="Pause">From the fault before to this one.</param>
/// <param name="Victim">Picks one of those that can be hit, in [0, 1).</param>
/// <param name="Length">How long it lasts: until a killed process is started again, a frozen one continues, the store is back.</param>
/// <param name="Overlaps">True when the next fault does not wait until this one is over.</param>
internal sealed record Fault(int Number, FaultKind Kind, TimeSpan Pause, double Victim, TimeSpan Length, bool Overlaps);

/// <summary>Draws faults. The same seed gives the same list; what it hits depends on what runs at that moment.</summary>
internal static class FaultPlan
{
    // Nodes vanish more often than stores; a freeze takes longest to show.
    private static readonly (FaultKind Kind, int Weight)[] Weights =
    [
        (FaultKind.KillAgent, 6), (FaultKind.KillTrainer, 5), (FaultKind.KillControl, 3), (FaultKind.FreezeAgent, 3), (FaultKind.FreezeControl, 1),
        (FaultKind.CutConnections, 4), (FaultKind.StoreRefuses, 2), (FaultKind.StoreHangs, 1), (FaultKind.StoreSlow, 1),
    ];

    /// <param name="among">Kinds to draw from.</param>
    public static IReadOnlyList<Fault> Draw(int count, int seed, TimeSpan leaseTtl, IReadOnlyCollection<FaultKind> among)
    {
        var random = new Random(seed);
        List<FaultKind> kinds = [];
        (FaultKind Kind, int Weight)[] weights = [.. Weights.Where(w => among.Contains(w.Kind))];
        // Each kind once before chance decides, so that a short run covers them all.
        kinds.AddRange(weights.Select(w => w.Kind).Take(count));
        while (kinds.Count < count)
        {
            int ticket = random.Next(weights.Sum(w => w.Weight));
            kinds.Add(weights.First(w => (ticket -= w.Weight) < 0).Kind);
        }

        FaultKind[] shuffled = [.. kinds];
        random.Shuffle(shuffled);
        return [.. shuffled.Select((kind, i) => new Fault(i + 1, kind, Seconds(random, 0.3, 1.5), random.NextDouble(), LengthOf(kind, random, leaseTtl), random.NextDouble() < 0.35))];
    }

    private static TimeSpan LengthOf(FaultKind kind, Random random, TimeSpan leaseTtl) => kind switch
    {
        FaultKind.FreezeAgent or FaultKind.FreezeControl => leaseTtl + Seconds(random, 2, 6),
        FaultKind.KillAgent or FaultKind.KillControl => Seconds(random, 0.5, 4),
        FaultKind.StoreRefuses or FaultKind.StoreHangs or FaultKind.StoreSlow => Seconds(random, 2, 8),
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Seconds(Random random, double low, double high) => TimeSpan.FromSeconds(low + (random.NextDouble() * (high - low)));
}
