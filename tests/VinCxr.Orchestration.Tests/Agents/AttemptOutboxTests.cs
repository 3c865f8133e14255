using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Agents;

/// <summary>What a trainer said arrives in order and once, whatever the store and the cluster do meanwhile.</summary>
public sealed class AttemptOutboxTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingTrial _trial = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_outage_delays_and_loses_nothing()
    {
        // The store refuses, then the call times out, then all is well again.
        _trial.Trouble = call => call switch
        {
            <= 4 => new StoreException("the store is away"),
            <= 6 => new TimeoutException("no answer"),
            _ => null,
        };
        await using var outbox = Outbox(CancellationToken.None);
        outbox.Post(new TrainerStarted(0, 3, 1, "cpu", "code"));
        outbox.Post(Metrics(1));
        outbox.Post(Checkpoint(1, isBest: false));
        outbox.Post(Metrics(2));
        var drained = outbox.DrainAsync();

        await WhileTimePassesAsync(() => drained.IsCompleted);
        await drained;
        Assert.Equal(["started 0", "metrics 1:1", "checkpoint 1", "metrics 2:2"], _trial.Heard);
    }

    [Fact]
    public async Task Metrics_never_overtake_the_checkpoints_before_them()
    {
        bool away = true;
        _trial.Trouble = _ => Volatile.Read(ref away) ? new StoreException("the store is away") : null;
        await using var outbox = Outbox(CancellationToken.None);
        outbox.Post(new TrainerStarted(0, 9, 1, "cpu", "code"));
        await Eventually.ReadAsync(() => Task.FromResult(_trial.Calls), c => c > 0, "tried", Cancel);
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            outbox.Post(Metrics(epoch));
            outbox.Post(Checkpoint(epoch, isBest: epoch == 2));
        }

        Assert.True(outbox.HoldsCheckpoint);

        Volatile.Write(ref away, false);
        var drained = outbox.DrainAsync();
        await WhileTimePassesAsync(() => drained.IsCompleted);
        Assert.Equal(["started 0", "metrics 1:1", "checkpoint 1", "metrics 2:2", "checkpoint 2", "metrics 3:3", "checkpoint 3"], _trial.Heard);
        Assert.False(outbox.HoldsCheckpoint);
    }

    [Fact]
    public async Task A_stale_lease_breaks_it_for_good()
    {
        _trial.Trouble = _ => new ConflictException("lease 1 is stale");
        await using var outbox = Outbox(CancellationToken.None);
        outbox.Post(Metrics(1));
        outbox.Post(Metrics(2));

        await Assert.ThrowsAsync<ConflictException>(outbox.DrainAsync);
        Assert.True(outbox.Broken.IsCancellationRequested);
        Assert.Empty(_trial.Heard);
    }

    [Fact]
    public async Task A_call_that_is_never_answered_is_made_again()
    {
        _trial.Silent = call => call is 1 or 3;
        await using var outbox = Outbox(CancellationToken.None);
        outbox.Post(Metrics(1));
        outbox.Post(Checkpoint(1, isBest: false));
        var drained = outbox.DrainAsync();

        await WhileTimePassesAsync(() => drained.IsCompleted);
        await drained;
        Assert.Equal(["metrics 1:1", "metrics 1:1", "checkpoint 1", "checkpoint 1"], _trial.Heard);
        Assert.False(outbox.HoldsCheckpoint);
    }

    [Fact]
    public async Task A_lost_lease_ends_the_waiting()
    {
        _trial.Trouble = _ => new StoreException("the store is away");
        using var gone = new CancellationTokenSource();
        await using var outbox = Outbox(gone.Token);
        outbox.Post(Metrics(1));
        var drained = outbox.DrainAsync();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained);
    }

    private static TrainerMetrics Metrics(int epoch) => new(epoch, epoch * 10, new Dictionary<string, double> { ["loss"] = 1 });

    private TrainerCheckpoint Checkpoint(int epoch, bool isBest)
    {
        string path = _folder.File($"{epoch}.ckpt");
        File.WriteAllText(path, "x");
        return new TrainerCheckpoint(epoch, path, isBest);
    }

    private AttemptOutbox Outbox(CancellationToken gone)
    {
        var patience = new Patience(null!, _time, NullLogger.Instance);
        return new AttemptOutbox(
            _trial.Trial, 1, c => patience.DeliverAsync(() => _trial.Trial.CommitCheckpointAsync(1, new(c.Path, c.Epoch, c.IsBest)), "committing", gone), patience, gone);
    }

    private async Task WhileTimePassesAsync(Func<bool> until) => await Eventually.ReadAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(until());
        },
        done => done,
        "delivered",
        Cancel);
}
