using MongoDB.Driver;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Tries operations again after errors that may pass, with exponential pauses of random length ("full jitter") and a bound on number and time.
/// The driver has tried once more before (retryable reads and writes); this reaches over elections and restarts.
/// </summary>
internal sealed class MongoRetry(string store, IMongoClient client, MongoStoreOptions options, TimeProvider time)
{
    /// <param name="operation">
    /// Takes the number of the try from 0. Must be safe to run again: a try that failed may have been applied and only its reply lost.
    /// </param>
    /// <exception cref="Core.StoreException">The error does not pass; one line.</exception>
    public async Task<T> RunAsync<T>(Func<int, Task<T>> operation, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await operation(attempt).ConfigureAwait(false);
            }
            catch (Exception error) when (MongoErrors.IsTransient(error) && attempt + 1 < options.MaxAttempts
                && time.GetElapsedTime(start) < options.MaxRetryTime && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause(attempt), time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (MongoErrors.IsKnown(error))
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw MongoErrors.Translate(store, client, error);
            }
        }
    }

    /// <inheritdoc cref="RunAsync{T}(Func{int, Task{T}}, CancellationToken)"/>
    public Task<T> RunAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken) => RunAsync(_ => operation(), cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{int, Task{T}}, CancellationToken)"/>
    public Task RunAsync(Func<Task> operation, CancellationToken cancellationToken) => RunAsync(
        async _ =>
        {
            await operation().ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    private TimeSpan Pause(int attempt)
    {
        double longest = Math.Min(options.LongestPause.TotalMilliseconds, options.FirstPause.TotalMilliseconds * Math.Pow(2, attempt));
#pragma warning disable CA5394 // Spreads clients in time; nothing secret hangs on it.
        return TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble());
#pragma warning restore CA5394
    }
}
