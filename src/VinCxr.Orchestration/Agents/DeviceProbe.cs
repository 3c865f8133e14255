using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>Describes the devices of this machine: a share of its memory for each slot of a CPU, what <c>nvidia-smi</c> says of its GPUs.</summary>
internal static class DeviceProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <param name="options">A set slot memory wins over what is found.</param>
    public static async Task<SlotOffer[]> DescribeAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        if (options.Device != "cuda")
        {
            long machine = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
            int each = options.SlotMemoryMb ?? (int)Math.Min(int.MaxValue, machine / options.Slots);
            return [.. Enumerable.Range(0, options.Slots).Select(i => new SlotOffer(i, options.Device, each))];
        }

        var found = await AskDriverAsync(cancellationToken) is { } text ? Parse(text) : [];
        return [.. Enumerable.Range(0, options.Slots).Select(i => found.Find(d => d.Index == i) ?? new SlotOffer(i, options.Device, null))
            .Select(d => options.SlotMemoryMb is { } set ? d with { MemoryMb = set } : d)];
    }

    /// <summary>Reads lines of <c>index, name, MiB</c>; what is no such line is passed over.</summary>
    public static List<SlotOffer> Parse(string text)
    {
        List<SlotOffer> devices = [];
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length >= 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                int? memory = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int mebibytes) ? mebibytes : null;
                devices.Add(new SlotOffer(index, string.Join(", ", parts[1..^1]), memory));
            }
        }

        return devices;
    }

    /// <returns>The driver's answer, or null on a machine without its tool.</returns>
    private static async Task<string?> AskDriverAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("nvidia-smi", ["--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var process = Process.Start(start);
            return process is null ? null : await process.StandardOutput.ReadToEndAsync(limit.Token);
        }
        catch (Exception error) when (error is Win32Exception or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
