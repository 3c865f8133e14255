using Orleans.Storage;
using VinCxr.Contracts.Trials;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// A trial's metrics: everything that was said stays in the store's log, what counts of it is known in memory. Read at first use. The trial alone writes it.
/// </summary>
internal sealed class MetricLog(ILogStore logs, string trialId, int capacity = 1000)
{
    /// <summary>An entry without values: its lease goes on from its epoch. Ordinals of reports start at 1.</summary>
    private const long MarkOrdinal = 0;

    private readonly FencedLog _log = new(logs, $"trial-metrics-{trialId}");
    private MetricHistory? _history;

    /// <summary>What is known without reading: null until <see cref="LoadAsync"/>.</summary>
    public MetricDigest? Digest => _history?.Digest;

    /// <summary>For a trial that was never leased: there is nothing to read.</summary>
    public void StartEmpty() => _history = new MetricHistory(capacity);

    public async Task LoadAsync()
    {
        _history ??= await ReadAllAsync(capacity);
        _log.Saw(_history.LastSequence);
    }

    /// <summary>A lease starts to train after this many epochs.</summary>
    /// <exception cref="InconsistentStateException">Another activation has written to the log.</exception>
    public async Task ResumeAsync(long leaseEpoch, int epoch, DateTimeOffset now)
    {
        var history = await HistoryAsync();
        if (history.MustMark(leaseEpoch))
        {
            var mark = new Entry(leaseEpoch, MarkOrdinal, epoch, 0, [], now);
            Remember(history, await _log.AppendAsync([StateJson.Write(mark)]), mark);
        }
    }

    /// <returns>True when at least one metric was new.</returns>
    /// <exception cref="InconsistentStateException">Another activation has written to the log.</exception>
    public async Task<bool> AppendAsync(long leaseEpoch, IReadOnlyList<MetricReport> metrics, DateTimeOffset now)
    {
        var history = await HistoryAsync();
        Entry[] fresh =
        [
            .. metrics.Where(m => !history.Knows(leaseEpoch, m.Ordinal)).Select(m => new Entry(leaseEpoch, m.Ordinal, m.Epoch, m.Step, m.Values, now)),
        ];
        if (fresh.Length == 0)
        {
            return false;
        }

        long last = await _log.AppendAsync([.. fresh.Select(StateJson.Write)]);
        for (int i = 0; i < fresh.Length; i++)
        {
            Remember(history, last - fresh.Length + 1 + i, fresh[i]);
        }

        return true;
    }

    /// <summary>Points that count, after a sequence number, oldest first.</summary>
    public async Task<MetricPoint[]> ReadAsync(long afterSequence, int limit)
    {
        var history = await HistoryAsync();
        if (history.TryRead(afterSequence, limit) is { } inMemory)
        {
            return inMemory;
        }

        return (await ReadAllAsync(int.MaxValue)).TryRead(afterSequence, limit)!;
    }

    private async Task<MetricHistory> HistoryAsync()
    {
        await LoadAsync();
        return _history!;
    }

    private async Task<MetricHistory> ReadAllAsync(int points)
    {
        var history = new MetricHistory(points);
        await foreach (var entry in logs.ReadAsync(_log.Name))
        {
            Remember(history, entry.Sequence, StateJson.Read<Entry>(entry.Text));
        }

        return history;
    }

    private static MetricPoint ToPoint(long sequence, Entry entry) =>
        new(sequence, entry.LeaseEpoch, entry.Epoch, entry.Step, entry.Values, entry.At);

    private static void Remember(MetricHistory history, long sequence, Entry entry)
    {
        if (entry.Ordinal == MarkOrdinal)
        {
            history.Resume(sequence, entry.LeaseEpoch, entry.Epoch);
        }
        else
        {
            history.Add(ToPoint(sequence, entry), entry.Ordinal);
        }
    }

    private sealed record Entry(long LeaseEpoch, long Ordinal, int Epoch, long Step, Dictionary<string, double> Values, DateTimeOffset At);
}
