using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Progress;

/// <summary>Progress for logs and pipes: a plain line at most every few seconds, and one at the end.</summary>
internal sealed class ProgressLines(TextWriter text, string title, ProgressUnit unit, TimeProvider clock) : IProgressBar
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly ProgressMeter _meter = new(clock);
    private TimeSpan _lastLine;

    public void Update(double done, double total, string? note)
    {
        lock (_lock)
        {
            _meter.Update(done, total);
            if (_meter.Elapsed - _lastLine < Interval)
            {
                return;
            }

            _lastLine = _meter.Elapsed;
            string[] parts =
            [
                _meter.Fraction is { } fraction ? $"{Math.Floor(fraction * 100)} %" : "",
                _meter.Rate is { } rate ? unit.Rate(rate) : "",
                _meter.Remaining is { } left ? $"{Text.Duration(left)} left" : "",
                note ?? "",
            ];
            text.WriteLine($"{title}: {string.Join(", ", parts.Where(p => p.Length > 0))}");
        }
    }

    public void Finish()
    {
        lock (_lock)
        {
            string rate = _meter.Rate is { } perSecond ? $" ({unit.Rate(perSecond)})" : "";
            text.WriteLine($"{title}: done in {Text.Duration(_meter.Elapsed)}{rate}");
        }
    }
}
