namespace VinCxr.Core.Trials;

/// <summary>
/// Keeps a trainer at most one checkpoint ahead of what its agent has stored, however long the store is away: work that nothing could bring back is
/// not worth doing. Thread-safe.
/// </summary>
public sealed class CheckpointGate : IDisposable
{
    private readonly SemaphoreSlim _free = new(1);
    private readonly Lock _lock = new();
    private bool _isOpen;

    /// <summary>Waits until the checkpoint before this one is stored, or the gate is open for good.</summary>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile.</exception>
    public void WaitForPrevious(CancellationToken cancellationToken)
    {
        _free.Wait(cancellationToken);
        lock (_lock)
        {
            if (_isOpen)
            {
                _free.Release();
            }
        }
    }

    /// <summary>The newest checkpoint is stored.</summary>
    public void Committed()
    {
        lock (_lock)
        {
            if (_free.CurrentCount == 0)
            {
                _free.Release();
            }
        }
    }

    /// <summary>Lets everything pass from now on: the attempt is to end.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
        }

        Committed();
    }

    public void Dispose() => _free.Dispose();
}
