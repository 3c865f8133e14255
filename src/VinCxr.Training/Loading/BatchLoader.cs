using System.Threading.Channels;
using VinCxr.Core.Trials;

namespace VinCxr.Training.Loading;

/// <summary>Builds the batches of one epoch ahead of their use on background threads and hands them out in order.</summary>
public sealed class BatchLoader : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Channel<Task<Batch>> _ahead;
    private readonly Task _feeder;

    /// <param name="firstBatch">Where the epoch goes on, 0-based.</param>
    /// <param name="workers">Batches in the making or waiting at any time, at least 1.</param>
    public BatchLoader(BatchBuilder builder, int epoch, int firstBatch, int workers, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ahead = Channel.CreateBounded<Task<Batch>>(new BoundedChannelOptions(workers) { SingleReader = true, SingleWriter = true });
        _feeder = Task.Run(() => FeedAsync(builder, epoch, firstBatch, _stop.Token), CancellationToken.None);
    }

    /// <summary>The next batch, or null at the end of the epoch. Blocks: training has its own thread, which owns the tensors.</summary>
    public Batch? Next()
    {
        if (!_ahead.Reader.WaitToReadAsync(_stop.Token).AsTask().GetAwaiter().GetResult())
        {
            return null;
        }

        return _ahead.Reader.TryRead(out Task<Batch>? next) ? next.GetAwaiter().GetResult() : null;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _feeder.GetAwaiter().GetResult();
        while (_ahead.Reader.TryRead(out Task<Batch>? unused))
        {
            // Nobody may read the pixels of a source that its owner is about to close.
            Task.WaitAny(unused);
            if (unused.IsCompletedSuccessfully)
            {
                unused.Result.Dispose();
            }
        }

        _stop.Dispose();
    }

    private async Task FeedAsync(BatchBuilder builder, int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        try
        {
            LabelledImage[] order = builder.Order(epoch);
            for (int i = firstBatch; i < builder.BatchesPerEpoch; i++)
            {
                if (!await _ahead.Writer.WaitToWriteAsync(cancellationToken))
                {
                    return;
                }

                int index = i;
                await _ahead.Writer.WriteAsync(Task.Run(() => builder.Build(order, epoch, index), CancellationToken.None), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed in mid-epoch.
        }
        finally
        {
            _ahead.Writer.Complete();
        }
    }
}
