using System.Diagnostics;
using System.Globalization;

namespace VinCxr.SimulatedTrainer;

/// <summary>Simulated time, which passes at a pace that may change meanwhile.</summary>
/// <param name="paceFile">Holds the real seconds that a simulated second takes; null is real time.</param>
internal sealed class PacedTime(string? paceFile) : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Stopwatch _real = Stopwatch.StartNew();
    private TimeSpan _counted;
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            var elapsed = _real.Elapsed - _counted;
            _counted += elapsed;
            _now += elapsed / Pace();
            return _now.Ticks;
        }
    }

    /// <summary>Fires once, and early where the wait is long, so that a change of pace is soon noticed: who waits has to look at the time again.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var due = dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime * Pace() is var real && real < LongestWait ? real : LongestWait;
        return System.CreateTimer(callback, state, due, Timeout.InfiniteTimeSpan);
    }

    private double Pace() =>
        paceFile is not null && double.TryParse(File.ReadAllText(paceFile), CultureInfo.InvariantCulture, out double pace) && pace > 0 ? pace : 1;
}
