using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Server.Api.Events;

/// <summary>One trial's metrics, log lines and state as events; ids are places in the durable logs, so they hold across restarts.</summary>
internal static class TrialFeed
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <param name="Metrics">Sequence number of the last metric seen.</param>
    /// <param name="Log">Sequence number of the last log line seen.</param>
    internal readonly record struct Place(long Metrics, long Log)
    {
        /// <returns>The beginning for what is no place.</returns>
        public static Place Parse(string? id)
        {
            string[] parts = id?.Split('.') ?? [];
            return parts.Length == 2 && Number(parts[0], out long metrics) && Number(parts[1], out long log) ? new Place(metrics, log) : default;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Metrics}.{Log}");

        private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>What is new of a trial; lists are in order and may be empty.</summary>
    /// <param name="Trial">The trial when it has changed, told after what came before the change; or null.</param>
    internal sealed record News(IReadOnlyList<MetricPoint> Metrics, IReadOnlyList<LogLine> Log, TrialSummary? Trial);

    /// <summary>News after a place until the trial has ended, as events.</summary>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(
        IControlPlane plane, string trial, Place place, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var news in WatchAsync(plane, trial, place, time, cancellationToken))
        {
            foreach (var point in news.Metrics)
            {
                place = place with { Metrics = point.Sequence };
                yield return Event(place, "metric", point);
            }

            foreach (var line in news.Log)
            {
                place = place with { Log = line.Sequence };
                yield return Event(place, "log", line);
            }

            if (news.Trial is { } summary)
            {
                yield return Event(place, "trial", summary);
            }
        }
    }

    /// <summary>News after a place until the trial has ended, at most 1000 points or lines at once.</summary>
    public static async IAsyncEnumerable<News> WatchAsync(
        IControlPlane plane, string trial, Place place, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        TrialSummary? told = null;
        while (true)
        {
            // The state is read first: what came before the end is in the logs by then.
            var summary = (await plane.GetTrialAsync(trial, cancellationToken)).Summary;
            while (await plane.GetMetricsAsync(trial, place.Metrics, cancellationToken) is { Count: > 0 } metrics)
            {
                place = place with { Metrics = metrics[^1].Sequence };
                yield return new News(metrics, [], null);
            }

            while (await plane.GetTrialLogAsync(trial, place.Log, cancellationToken) is { Count: > 0 } lines)
            {
                place = place with { Log = lines[^1].Sequence };
                yield return new News([], lines, null);
            }

            if (summary != told)
            {
                told = summary;
                yield return new News([], [], summary);
            }

            if (summary.State.IsEnded())
            {
                yield break;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static ServerEvent Event<T>(Place place, string name, T value) => new($"{place}", name, JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options));
}
