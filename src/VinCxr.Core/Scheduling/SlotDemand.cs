namespace VinCxr.Core.Scheduling;

/// <summary>What <c>resources.gpus</c> means: a fraction of one slot, or a whole number of slots of one node (a gang).</summary>
public static class SlotDemand
{
    /// <summary>Slots that one trial can train on today: training on several at once (data-parallel) is yet to come, though slots can be given.</summary>
    public const double MostTrainable = 1;

    /// <summary>Shares are sums of fractions such as 1/3; below this difference they are equal.</summary>
    public const double Tolerance = 1e-9;
}
