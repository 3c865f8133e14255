using System.Threading.Channels;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Group commit over the wire: writes that arrive while one flush waits for its acknowledgement share the next one. Thousands of durable writes a second
/// cost a few hundred round trips, and a lone write waits for nobody.
/// </summary>
internal sealed class GroupCommit<TContent, TResult> : IAsyncDisposable
{
    private const int MaxWrites = 1000;
    private const long MaxBytes = 12_000_000;

    // Unbounded: every entry has a caller awaiting it, which is bound enough.
    private readonly Channel<GroupedWrite<TContent, TResult>> _queue = Channel.CreateUnbounded<GroupedWrite<TContent, TResult>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<GroupedWrite<TContent, TResult>> _held = [];
    private readonly Func<IReadOnlyList<GroupedWrite<TContent, TResult>>, CancellationToken, Task> _flush;
    private readonly bool _mergesKeys;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _loop;

    /// <param name="flush">Gives every write its outcome, or throws the outcome of those that have none yet.</param>
    /// <param name="mergesKeys">False when a flush must hold at most one write per key; a further one waits for the next, so that order is kept.</param>
    public GroupCommit(Func<IReadOnlyList<GroupedWrite<TContent, TResult>>, CancellationToken, Task> flush, bool mergesKeys)
    {
        (_flush, _mergesKeys) = (flush, mergesKeys);
        _loop = Task.Run(LoopAsync);
    }

    public Task<TResult> RunAsync(string key, TContent content, long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new GroupedWrite<TContent, TResult>(key, content, bytes, cancellationToken);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(write), this);
        return write.Done;
    }

    /// <summary>Ends the flush under way; its writers are told.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task LoopAsync()
    {
        List<GroupedWrite<TContent, TResult>> batch = [];
        while (_held.Count > 0 || await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Gather(batch);
            try
            {
                if (batch.Count > 0)
                {
                    await _flush(batch, _disposed.Token).ConfigureAwait(false);
                }
            }
#pragma warning disable CA1031 // Whatever it is belongs to the callers of the batch; the loop must live on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Exception told = _disposed.IsCancellationRequested ? new ObjectDisposedException(nameof(MongoStore)) : error;
                batch.ForEach(write => write.Fail(told));
            }

            batch.Clear();
        }
    }

    private void Gather(List<GroupedWrite<TContent, TResult>> batch)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        long bytes = 0;
        int held = _held.Count;
        while (batch.Count < MaxWrites && (held-- > 0 ? _held.Dequeue() : _queue.Reader.TryRead(out var next) ? next : null) is { } write)
        {
            if (write.IsWithdrawn)
            {
                continue;
            }

            bool isFull = batch.Count > 0 && bytes + write.Bytes > MaxBytes;
            if (!isFull && (keys.Add(write.Key) || _mergesKeys))
            {
                batch.Add(write);
                bytes += write.Bytes;
                continue;
            }

            _held.Enqueue(write);
            if (isFull)
            {
                break;
            }
        }

        // Those taken out and put back had come before those not reached: writes of one key keep their order.
        for (; held > 0; held--)
        {
            _held.Enqueue(_held.Dequeue());
        }
    }
}
