using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Server.Hosting;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>
/// Looks at a sweep all the time, as a watcher would, and remembers what it must never take back: results that were seen as final.
/// </summary>
internal sealed class SweepWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // A call that meets a dead silo is answered late or never; the next one may be answered at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly EmbeddedCluster _client;
    private readonly string _sweepId;
    private readonly Task _loop;
    private volatile Look _newest;

    private SweepWatch(EmbeddedCluster client, string sweepId, Look first)
    {
        (_client, _sweepId, _newest) = (client, sweepId, first);
        _loop = LoopAsync();
    }

    /// <summary>Ended trials as first seen.</summary>
    public Dictionary<string, TrialSummary> Finals { get; } = [];

    /// <summary>What changed although it was final.</summary>
    public List<string> TakenBack { get; } = [];

    public Look Newest => _newest;

    public static async Task<SweepWatch> StartAsync(EmbeddedCluster client, string sweepId) =>
        new(client, sweepId, new Look(1, TimeProvider.System.GetTimestamp(), await client.Grains.GetGrain<ISweepGrain>(sweepId).GetAsync()));

    /// <summary>Waits for an answer to a question asked after this call, that is as wanted.</summary>
    public async Task<Look> UntilAsync(Func<SweepDetails, bool> wanted, TimeSpan limit, string what, CancellationToken cancellationToken)
    {
        long from = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval / 5);
        while (true)
        {
            var look = _newest;
            if (look.AskedAt >= from && wanted(look.Sweep))
            {
                return look;
            }

            if (TimeProvider.System.GetElapsedTime(from) > limit)
            {
                throw new TimeoutException($"not {what} within {limit.TotalSeconds:0} s: {Describe(look.Sweep)}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private static string Describe(SweepDetails sweep) =>
        $"{sweep.Summary.State}; {string.Join(", ", sweep.Trials.Where(t => t.State is TrialState.Running or TrialState.Leased).Select(t => $"{t.Id} {t.State} on {t.Node} attempt {t.Attempt} epoch {t.Epoch}"))}";

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            long asked = TimeProvider.System.GetTimestamp();
            try
            {
                var sweep = await _client.Grains.GetGrain<ISweepGrain>(_sweepId).GetAsync().WaitAsync(Patience, _stop.Token);
                Remember(sweep);
                _newest = new Look(_newest.Number + 1, asked, sweep);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Nobody answers: that is what faults do.
            }

            await Task.Delay(Interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Remember(SweepDetails sweep)
    {
        foreach (var trial in sweep.Trials)
        {
            if (Finals.TryGetValue(trial.Id, out var final))
            {
                if (final != trial)
                {
                    TakenBack.Add($"{final} became {trial}");
                    Finals[trial.Id] = trial;
                }
            }
            else if (trial.State is TrialState.Succeeded or TrialState.Failed or TrialState.Pruned or TrialState.Cancelled)
            {
                Finals[trial.Id] = trial;
            }
        }
    }
}

/// <param name="AskedAt">Timestamp at which the question went out.</param>
internal sealed record Look(long Number, long AskedAt, SweepDetails Sweep);
