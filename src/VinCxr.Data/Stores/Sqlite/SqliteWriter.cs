using System.Threading.Channels;

namespace VinCxr.Data.Stores.Sqlite;

/// <summary>
/// The only writer of this process, on a thread of its own. Group commit: writes that arrive while one transaction is flushed to disk share the
/// next one, and each is acknowledged after its commit. That makes thousands of durable writes a second out of a few dozen flushes.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxBatch = 512;

    // Unbounded: every entry has a caller awaiting it, which is bound enough.
    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SqliteSession _session;
    private readonly Action _throwIfVanished;
    private readonly Func<Exception, Exception> _translate;
    private readonly Task _loop;

    public SqliteWriter(SqliteSession session, Action throwIfVanished, Func<Exception, Exception> translate)
    {
        _session = session;
        _throwIfVanished = throwIfVanished;
        _translate = translate;
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Runs a write inside a transaction and returns after its commit. A write that refuses must throw a <see cref="Core.VinCxrException"/>
    /// before it changes anything. Cancellation has an effect only until the transaction reaches the write.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingWrite<T>(write, cancellationToken);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(pending), this);
        return await pending.Done.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        _session.Dispose();
    }

    private enum Outcome
    {
        Committed,

        /// <summary>One of the writes threw.</summary>
        WriteFailed,

        /// <summary>The database itself is locked, full or gone.</summary>
        DatabaseFailed,
    }

    private void Loop()
    {
        var batch = new List<PendingWrite>(MaxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        var outcome = TryCommit(batch, out var error);
        if (outcome == Outcome.Committed)
        {
            batch.ForEach(write => write.Complete());
        }
        else if (outcome == Outcome.WriteFailed && batch.Count > 1)
        {
            // One bad write must not fail its neighbours: each gets a transaction of its own.
            batch.ForEach(write => Commit([write]));
        }
        else
        {
            batch.ForEach(write => write.Fail(error!));
        }
    }

    /// <summary>Unless committed, nothing of the batch is stored.</summary>
    private Outcome TryCommit(List<PendingWrite> batch, out Exception? failure)
    {
        failure = null;
        bool isOpen = false;
        var outcome = Outcome.DatabaseFailed;
        try
        {
            _throwIfVanished();
            _session.Execute("BEGIN IMMEDIATE");
            isOpen = true;
            outcome = Outcome.WriteFailed;
            batch.ForEach(write => write.Execute(_session));
            outcome = Outcome.DatabaseFailed;
            _session.Execute("COMMIT");
            isOpen = false;
            _throwIfVanished();
            return Outcome.Committed;
        }
#pragma warning disable CA1031 // Whatever it is belongs to the callers of the batch; the thread must live on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (isOpen)
            {
                RollBack();
            }

            failure = StoreErrors.IsKnown(error) ? _translate(error) : error;
            return outcome;
        }
    }

    private void RollBack()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            // SQLite has rolled back by itself (disk full, I/O error).
        }
    }
}
