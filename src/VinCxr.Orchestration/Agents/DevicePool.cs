using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>The node's devices and what is taken of them. Used by the agent's loop alone.</summary>
internal sealed class DevicePool
{
    /// <summary>Shares add up in binary: thirds of a device must still fill it.</summary>
    private const double Tolerance = 1e-9;

    private readonly SlotOffer[] _devices;
    private readonly double[] _free;

    public DevicePool(IReadOnlyList<SlotOffer> devices)
    {
        _devices = [.. devices];
        _free = [.. devices.Select(d => d.Free)];
    }

    public bool HasFree => _free.Any(f => f > Tolerance);

    /// <summary>Whole devices that are free.</summary>
    public int WholeFree => _free.Count(IsWhole);

    /// <summary>Every device with what is free of it.</summary>
    public SlotOffer[] Offers => [.. _devices.Select((d, i) => d with { Free = Math.Clamp(_free[i], 0, 1) })];

    /// <summary>Takes what the scheduler chose.</summary>
    /// <param name="chosen">Null takes one device: a whole one where there is one, otherwise all that is free of the freest.</param>
    /// <returns>What was taken; hand it back with <see cref="Return"/>.</returns>
    public IReadOnlyList<SlotShare> Take(IReadOnlyList<SlotShare>? chosen)
    {
        if (chosen is not { Count: > 0 })
        {
            int freest = Array.IndexOf(_free, _free.Max());
            chosen = [new SlotShare(_devices[freest].Index, Math.Max(_free[freest], Tolerance))];
        }

        foreach (var share in chosen)
        {
            Change(share, -share.Share);
        }

        return chosen;
    }

    public void Return(IReadOnlyList<SlotShare> taken)
    {
        foreach (var share in taken)
        {
            Change(share, share.Share);
        }
    }

    private static bool IsWhole(double free) => free > 1 - Tolerance;

    private void Change(SlotShare share, double by)
    {
        int device = Array.FindIndex(_devices, d => d.Index == share.Index);
        if (device >= 0)
        {
            _free[device] += by;
        }
    }
}
