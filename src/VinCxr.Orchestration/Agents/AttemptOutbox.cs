using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// What a trainer says, on its way to its trial: in order, each until it is accepted, however long the store or the cluster is away. Training goes
/// on meanwhile until the next checkpoint: a trainer is at most one ahead of what is stored.
/// </summary>
internal sealed class AttemptOutbox : IAsyncDisposable
{
    private readonly ITrialLeaseGrain _trial;
    private readonly long _leaseEpoch;
    private readonly Func<TrainerCheckpoint, Task> _commit;
    private readonly Patience _patience;
    private readonly CancellationTokenSource _gone;
    private readonly CancellationTokenSource _broken = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Lock _lock = new();
    private readonly Queue<TrainerMessage> _waiting = [];
    private readonly Task _pump;
    private bool _closed;
    private long _ordinal;
    private int _checkpoints;

    /// <param name="commit">Stores a checkpoint and points the trial at it.</param>
    /// <param name="gone">The lease is lost.</param>
    public AttemptOutbox(ITrialLeaseGrain trial, long leaseEpoch, Func<TrainerCheckpoint, Task> commit, Patience patience, CancellationToken gone)
    {
        (_trial, _leaseEpoch, _commit, _patience) = (trial, leaseEpoch, commit, patience);
        _gone = CancellationTokenSource.CreateLinkedTokenSource(gone);
        _pump = PumpAsync();
    }

    /// <summary>Cancelled when nothing more is delivered; <see cref="DrainAsync"/> says why.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>True while a checkpoint is on its way: the trainer may be waiting for it.</summary>
    public bool HoldsCheckpoint => Volatile.Read(ref _checkpoints) > 0;

    public void Post(TrainerMessage message)
    {
        if (message is TrainerCheckpoint)
        {
            Interlocked.Increment(ref _checkpoints);
        }

        lock (_lock)
        {
            _waiting.Enqueue(message);
        }

        _signal.Release();
    }

    /// <summary>Waits until all that was posted is delivered; nothing may be posted any more.</summary>
    /// <exception cref="ConflictException">The trial belongs to another lease.</exception>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public Task DrainAsync()
    {
        Close();
        return _pump;
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        Close();
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _gone.Dispose();
        _broken.Dispose();
        _signal.Dispose();
    }

    private void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }

        _signal.Release();
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_gone.Token);
                while (TakeNext() is { } next)
                {
                    await DeliverAsync(next);
                }

                lock (_lock)
                {
                    if (_closed && _waiting.Count == 0)
                    {
                        return;
                    }
                }
            }
        }
        catch
        {
            await _broken.CancelAsync();
            throw;
        }
    }

    /// <summary>The next message; metrics in a row go together.</summary>
    private object? TakeNext()
    {
        lock (_lock)
        {
            List<MetricReport> metrics = [];
            while (_waiting.TryPeek(out var message) && message is TrainerMetrics next)
            {
                metrics.Add(new MetricReport(++_ordinal, next.Epoch, next.Step, new(next.Values)));
                _waiting.Dequeue();
            }

            return metrics.Count > 0 ? metrics.ToArray() : _waiting.TryDequeue(out var first) ? first : null;
        }
    }

    private Task DeliverAsync(object next) => next switch
    {
        MetricReport[] metrics => _patience.DeliverAsync(() => _trial.ReportMetricsAsync(_leaseEpoch, metrics), "reporting metrics", _gone.Token),
        TrainerStarted started => _patience.DeliverAsync(
            () => _trial.StartedAsync(_leaseEpoch, new AttemptStarted(started.StartEpoch, started.Parameters, started.Device, started.CodeVersion)), "reporting the start", _gone.Token),
        TrainerCheckpoint checkpoint => CommitAsync(checkpoint),
        _ => throw new TrainingException($"'{next.GetType().Name}' is nothing to report"),
    };

    private async Task CommitAsync(TrainerCheckpoint checkpoint)
    {
        await _commit(checkpoint);
        Interlocked.Decrement(ref _checkpoints);
    }
}
