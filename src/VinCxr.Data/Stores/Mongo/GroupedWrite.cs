namespace VinCxr.Data.Stores.Mongo;

/// <summary>A write waiting for its flush.</summary>
/// <param name="key">What it writes to; see <see cref="GroupCommit{TContent, TResult}"/>.</param>
/// <param name="bytes">About its size.</param>
internal sealed class GroupedWrite<TContent, TResult>(string key, TContent content, long bytes, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Key => key;

    public TContent Content => content;

    public long Bytes => bytes;

    /// <summary>The caller has given up before anything was sent.</summary>
    public bool IsWithdrawn => cancellationToken.IsCancellationRequested;

    /// <summary>A caller that gives up later is told so at once; the write may be applied nevertheless.</summary>
    public Task<TResult> Done => _done.Task.WaitAsync(cancellationToken);

    public void Succeed(TResult result) => _done.TrySetResult(result);

    /// <summary>Without effect on a write that has its outcome.</summary>
    public void Fail(Exception error)
    {
        if (_done.TrySetException(error))
        {
            // Nobody may be waiting any more.
            _ = _done.Task.Exception;
        }
    }
}
