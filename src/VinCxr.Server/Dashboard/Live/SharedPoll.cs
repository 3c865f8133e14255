using System.Runtime.CompilerServices;
using VinCxr.Core;

namespace VinCxr.Server.Dashboard.Live;

/// <summary>Reads something at intervals for all who watch it: once, however many they are, and not at all while nobody does.</summary>
/// <param name="read">Gives the value as it is; values are compared by <paramref name="same"/>.</param>
internal sealed class SharedPoll<T>(Func<CancellationToken, Task<T>> read, Func<T, T, bool> same, TimeSpan interval, TimeProvider time) : IDisposable
    where T : class
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = New();
    private T? _value;
    private int _watchers;
    private CancellationTokenSource? _polling;

    /// <summary>The value as it is and after each change, until cancelled; a slow reader gets the newest only.</summary>
    public async IAsyncEnumerable<T> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Join();
        try
        {
            T? seen = null;
            while (true)
            {
                T? now;
                Task changed;
                lock (_gate)
                {
                    (now, changed) = (_value, _changed.Task);
                }

                if (now is not null && !ReferenceEquals(now, seen))
                {
                    seen = now;
                    yield return now;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose() => _polling?.Dispose();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Join()
    {
        lock (_gate)
        {
            if (++_watchers == 1)
            {
                _value = null;
                _polling = new CancellationTokenSource();
                var stop = _polling.Token;
                _ = Task.Run(() => PollAsync(stop), CancellationToken.None);
            }
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_watchers == 0)
            {
                _polling!.Cancel();
                _polling.Dispose();
                _polling = null;
            }
        }
    }

    private async Task PollAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                try
                {
                    Take(await read(stop), stop);
                }
                catch (Exception error) when (error is VinCxrException or OrleansException or TimeoutException)
                {
                    // The cluster may be changing hands; the next look tells.
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private void Take(T value, CancellationToken stop)
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            if (stop.IsCancellationRequested || (_value is not null && same(_value, value)))
            {
                return;
            }

            _value = value;
            (told, _changed) = (_changed, New());
        }

        told.SetResult();
    }
}
