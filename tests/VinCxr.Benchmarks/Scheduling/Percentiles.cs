using System.Collections.Concurrent;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>Durations from many threads.</summary>
internal sealed class Percentiles
{
    private readonly ConcurrentQueue<TimeSpan> _values = new();

    public int Count => _values.Count;

    public void Add(TimeSpan value) => _values.Enqueue(value);

    /// <param name="share">0.5 for the median.</param>
    /// <returns>Milliseconds, NaN without values (nearest rank).</returns>
    public double At(double share)
    {
        double[] sorted = [.. _values.Select(v => v.TotalMilliseconds).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Clamp(Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>All but the first ones.</summary>
    public Percentiles After(int count)
    {
        var rest = new Percentiles();
        foreach (var value in _values.Skip(count))
        {
            rest.Add(value);
        }

        return rest;
    }

    public override string ToString() => $"p50 {At(0.5):0.0} ms, p95 {At(0.95):0.0} ms, p99 {At(0.99):0.0} ms of {Count}";
}
