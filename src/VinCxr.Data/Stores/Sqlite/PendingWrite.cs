using VinCxr.Core;

namespace VinCxr.Data.Stores.Sqlite;

/// <summary>A write waiting for its transaction.</summary>
internal abstract class PendingWrite
{
    /// <summary>Runs inside the transaction; may run again in another one if the first was rolled back.</summary>
    public abstract void Execute(SqliteSession session);

    /// <summary>Hands out the result after the commit.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal sealed class PendingWrite<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken) : PendingWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _refusal;

    public Task<T> Done => _done.Task;

    public override void Execute(SqliteSession session)
    {
        _refusal = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _result = write(session);
        }
        catch (Exception error) when (error is VinCxrException or OperationCanceledException)
        {
            // Refused before it changed anything (a lost compare-and-set): its neighbours in the transaction go on.
            _refusal = error;
        }
    }

    public override void Complete()
    {
        if (_refusal is OperationCanceledException)
        {
            _done.SetCanceled(cancellationToken);
        }
        else if (_refusal is not null)
        {
            _done.SetException(_refusal);
        }
        else
        {
            _done.SetResult(_result!);
        }
    }

    public override void Fail(Exception error) => _done.SetException(error);
}
