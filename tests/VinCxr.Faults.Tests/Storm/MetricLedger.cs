using System.Text.Json;
using VinCxr.Data.Stores;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>A trial's metrics as they lie in the store, read without the grains' help.</summary>
internal sealed class MetricLedger
{
    private readonly List<(long Lease, int Epoch)> _entries;

    private MetricLedger(List<(long Lease, int Epoch)> entries) => _entries = entries;

    public static async Task<MetricLedger> ReadAsync(IStore store, string trialId, CancellationToken cancellationToken)
    {
        List<(long, int)> entries = [];
        await foreach (var entry in store.Logs.ReadAsync($"trial-metrics-{trialId}", cancellationToken: cancellationToken))
        {
            using var json = JsonDocument.Parse(entry.Text);

            // Ordinals of reports start at 1; 0 is a mark that says where a lease goes on from, and no metric.
            if (json.RootElement.GetProperty("ordinal").GetInt64() > 0)
            {
                entries.Add((json.RootElement.GetProperty("leaseEpoch").GetInt64(), json.RootElement.GetProperty("epoch").GetInt32()));
            }
        }

        return new MetricLedger(entries);
    }

    /// <summary>Epochs in the order in which they were reported, of the lease that had the last word on each.</summary>
    public IEnumerable<int> EffectiveEpochs => _entries.GroupBy(e => e.Epoch).Select(g => g.Key).Order();

    /// <summary>True when no lease was heard once a later one had been: the fence held.</summary>
    public bool LeasesAscend => _entries.Zip(_entries.Skip(1)).All(p => p.First.Lease <= p.Second.Lease);

    /// <summary>True when within one lease every epoch was reported once, in order.</summary>
    public bool EachLeaseCountsUp =>
        _entries.GroupBy(e => e.Lease).All(g => g.Zip(g.Skip(1)).All(p => p.First.Epoch < p.Second.Epoch));

    /// <summary>For every change of the lease, how many epochs that had been reported were trained again.</summary>
    public IReadOnlyList<int> Repeated()
    {
        List<int> repeated = [];
        int reached = 0;
        foreach (var lease in _entries.GroupBy(e => e.Lease).OrderBy(g => g.Key))
        {
            int first = lease.Min(e => e.Epoch);
            if (reached > 0)
            {
                repeated.Add(Math.Max(0, reached - first + 1));
            }

            reached = lease.Max(e => e.Epoch);
        }

        return repeated;
    }
}
