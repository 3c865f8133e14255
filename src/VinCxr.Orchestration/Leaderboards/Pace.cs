namespace VinCxr.Orchestration.Leaderboards;

/// <summary>
/// Keeps repeated heavy work to a share of the time: after a run of t it pauses 3 t, and at least a second, unless someone is in a hurry. However fast
/// requests come and however long a run takes, trials keep most of the machine, and the number of runs stays small.
/// </summary>
internal sealed class Pace(TimeProvider time)
{
    private const int PausePerRun = 3;
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);

    private TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the pause under way, or skips the next one.</summary>
    public void Hurry() => _hurry.TrySetResult();

    /// <param name="started">Timestamp at which the run began.</param>
    public async Task PauseAsync(long started)
    {
        var run = time.GetElapsedTime(started);
        using var done = new CancellationTokenSource();
        var pause = Task.Delay(run * PausePerRun > MinPause ? run * PausePerRun : MinPause, time, done.Token);
        await Task.WhenAny(pause, _hurry.Task);
        await done.CancelAsync();
        if (_hurry.Task.IsCompleted)
        {
            _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
