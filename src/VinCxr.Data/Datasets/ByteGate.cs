namespace VinCxr.Data.Datasets;

/// <summary>Lets work through as long as the bytes it holds fit; first come, first served. What is larger than the gate passes alone.</summary>
internal sealed class ByteGate
{
    private readonly long _capacity;
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiting = [];
    private long _free;

    public ByteGate(long capacity) => _capacity = _free = capacity;

    /// <returns>Dispose it to give the bytes back.</returns>
    public async Task<IDisposable> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        long wanted = Math.Clamp(bytes, 0, _capacity);
        Waiter waiter;
        lock (_lock)
        {
            if (_waiting.Count == 0 && _free >= wanted)
            {
                _free -= wanted;
                return new Pass(this, wanted);
            }

            waiter = new Waiter(wanted);
            _waiting.Enqueue(waiter);
        }

        using (cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken)))
        {
            await waiter.Task.ConfigureAwait(false);
        }

        return new Pass(this, wanted);
    }

    private void Leave(long bytes)
    {
        lock (_lock)
        {
            _free += bytes;
            while (_waiting.TryPeek(out var next) && (next.Task.IsCompleted || _free >= next.Bytes))
            {
                _waiting.Dequeue();
                // One that was cancelled meanwhile takes nothing.
                if (next.TrySetResult())
                {
                    _free -= next.Bytes;
                }
            }
        }
    }

    private sealed class Waiter(long bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Bytes => bytes;
    }

    private sealed class Pass(ByteGate gate, long bytes) : IDisposable
    {
        private int _isGone;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGone, 1) == 0)
            {
                gate.Leave(bytes);
            }
        }
    }
}
