using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Agents;

/// <summary>Tries again what fails because the store or the cluster is away, with growing pauses, for as long as a lease holds.</summary>
internal sealed class Patience(IStore store, TimeProvider time, ILogger logger)
{
    private const int TriesWhileStoreAnswers = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For a call to answer. The cluster's own limit is longer (30 s), and answers that never came, not even as an error, were seen while grains moved.
    /// </summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Writes: whatever the store says, what was made must not be lost. They are fenced by their lease, or of named content, and can be repeated.</summary>
    /// <param name="work">One try; its token is cancelled when it is given up.</param>
    /// <param name="what">For the log: what is tried.</param>
    /// <param name="limit">Time for one try, after which it is made again: an answer that never comes must not hold a trial for good.</param>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task<T> DeliverAsync<T>(Func<CancellationToken, Task<T>> work, string what, CancellationToken lost, TimeSpan? limit = null)
    {
        var pause = FirstPause;
        while (true)
        {
            using var given = CancellationTokenSource.CreateLinkedTokenSource(lost);
            try
            {
                return await work(given.Token).WaitAsync(limit ?? AnswerLimit, time, lost);
            }
            catch (Exception error) when (error is StoreException or TimeoutException or OrleansException)
            {
                AgentLog.TryingAgain(logger, what, error.Message, pause.TotalSeconds);
                await given.CancelAsync();
            }

            pause = await PauseAsync(pause, lost);
        }
    }

    public Task<T> DeliverAsync<T>(Func<Task<T>> work, string what, CancellationToken lost) => DeliverAsync(_ => work(), what, lost);

    public Task DeliverAsync(Func<Task> work, string what, CancellationToken lost) => DeliverAsync(
        async () =>
        {
            await work();
            return true;
        },
        what,
        lost);

    /// <summary>Reads: what a store that answers cannot give after a few tries is damaged, and that is for the caller to say.</summary>
    public async Task<T> FetchAsync<T>(Func<Task<T>> work, string what, CancellationToken lost)
    {
        var pause = FirstPause;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await work();
            }
            catch (Exception error) when (error is StoreException or TimeoutException or OrleansException)
            {
                if (error is StoreException && (Core.Trials.DiskSpace.IsExhausted(error) || (tries >= TriesWhileStoreAnswers && await AnswersAsync(lost))))
                {
                    throw;
                }

                AgentLog.TryingAgain(logger, what, error.Message, pause.TotalSeconds);
            }

            pause = await PauseAsync(pause, lost);
        }
    }

    /// <returns>The next pause.</returns>
    private async Task<TimeSpan> PauseAsync(TimeSpan pause, CancellationToken lost)
    {
        await Task.Delay(pause, time, lost);
        return pause * 2 < LongestPause ? pause * 2 : LongestPause;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.Documents.FindAsync("server", "ready", cancellationToken);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
