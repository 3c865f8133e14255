namespace VinCxr.Cli.Progress;

/// <summary>Rate and remaining time of a piece of work, from its start to the newest report.</summary>
internal sealed class ProgressMeter(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private double _total;

    public double Done { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <summary>Share finished in [0, 1], or null while the total is unknown.</summary>
    public double? Fraction => _total > 0 ? Math.Clamp(Done / _total, 0, 1) : null;

    /// <summary>Units per second since the start, or null before anything is done.</summary>
    public double? Rate => Done > 0 && Elapsed.TotalSeconds > 0.2 ? Done / Elapsed.TotalSeconds : null;

    public TimeSpan? Remaining => Rate is { } rate && _total > 0 ? TimeSpan.FromSeconds(Math.Max(0, _total - Done) / rate) : null;

    public void Update(double done, double total)
    {
        Done = done;
        _total = total;
    }
}
