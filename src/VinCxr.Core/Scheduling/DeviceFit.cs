namespace VinCxr.Core.Scheduling;

/// <summary>Which devices of a node a trial gets.</summary>
/// <remarks>
/// A share of a device brings the same share of its memory, so trials packed on one device never need more than it has. A fraction goes
/// where the least is left that still suffices, a whole slot to the device with the least memory that suffices: room for larger trials stays.
/// </remarks>
public static class DeviceFit
{
    /// <param name="slots">A fraction in (0, 1], or a whole number for a gang.</param>
    /// <param name="memoryMb">Memory the trial needs on each device, MiB; null when unknown.</param>
    /// <returns>The shares it gets, by device; null when they do not fit.</returns>
    public static IReadOnlyList<DeviceShare>? Choose(IEnumerable<Device> devices, double slots, int? memoryMb)
    {
        double share = ShareOf(slots);
        int count = CountOf(slots);
        DeviceShare[] chosen =
        [
            .. devices.Where(d => d.Free >= share - SlotDemand.Tolerance && HasMemory(d, share, memoryMb))
                .OrderBy(d => d.Free).ThenBy(d => d.MemoryMb ?? int.MaxValue).ThenBy(d => d.Index)
                .Take(count).Select(d => new DeviceShare(d.Index, share)),
        ];
        return chosen.Length == count ? chosen : null;
    }

    /// <summary>Whether they would fit if nothing ran on the devices.</summary>
    public static bool FitsEmpty(IEnumerable<Device> devices, double slots, int? memoryMb) => Choose(devices.Select(d => d with { Free = 1 }), slots, memoryMb) is not null;

    /// <summary>Whether the memory of enough devices suffices, whatever runs there.</summary>
    public static bool HasMemory(Device device, double share, int? memoryMb) =>
        memoryMb is not { } needed || device.MemoryMb is not { } there || needed <= there * share + SlotDemand.Tolerance;

    /// <summary>Devices with the shares taken away; never below 0.</summary>
    public static Device[] Without(IEnumerable<Device> devices, IReadOnlyList<DeviceShare> taken) => Change(devices, taken, -1);

    /// <summary>Devices with the shares given back; never above 1.</summary>
    public static Device[] With(IEnumerable<Device> devices, IReadOnlyList<DeviceShare> freed) => Change(devices, freed, 1);

    /// <summary>Share of each device that a demand takes.</summary>
    public static double ShareOf(double slots) => Math.Min(slots, 1);

    /// <summary>Devices that a demand takes.</summary>
    public static int CountOf(double slots) => Math.Max(1, (int)Math.Round(slots));

    private static Device[] Change(IEnumerable<Device> devices, IReadOnlyList<DeviceShare> shares, int sign) =>
        [.. devices.Select(d => d with { Free = Math.Clamp(d.Free + (sign * shares.Where(s => s.Index == d.Index).Sum(s => s.Share)), 0, 1) })];
}
