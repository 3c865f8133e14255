using System.Diagnostics;
using System.Globalization;

namespace VinCxr.SimulatedTrainer;

/// <summary>Simulated time, which passes at a pace that may change meanwhile.</summary>
/// <param name="paceFile">Holds the real seconds that a simulated second takes; null is real time.</param>
internal sealed class VirtualClock(string? paceFile)
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    private readonly Stopwatch _real = Stopwatch.StartNew();
    private TimeSpan _counted;

    /// <summary>Simulated time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Returns at a simulated time, or when told to stop.</summary>
    /// <param name="tick">Called again and again while waiting.</param>
    public async Task WaitUntilAsync(TimeSpan time, Action tick, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Advance();
            if (Now >= time)
            {
                return;
            }

            tick();
            await Task.Delay(Slice, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Advance()
    {
        var elapsed = _real.Elapsed - _counted;
        _counted += elapsed;
        Now += elapsed / Pace();
    }

    private double Pace() =>
        paceFile is not null && double.TryParse(File.ReadAllText(paceFile), CultureInfo.InvariantCulture, out double pace) && pace > 0 ? pace : 1;
}
