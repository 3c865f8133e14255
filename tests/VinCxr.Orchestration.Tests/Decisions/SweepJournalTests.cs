using Orleans.Storage;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Decisions;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Decisions;

public sealed class SweepJournalTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_scheduler_may_write_in_between_and_a_later_activation_of_the_sweep_may_not()
    {
        await using var store = await StoreFactory.OpenAsync(_folder.File("store"), create: true, Cancel);
        var (zombie, _) = await OpenAsync(store);
        zombie.Add(new Decision(DecisionKinds.Submitted, null, "submitted"));
        await zombie.FlushAsync();
        var scheduler = new DecisionLog(store.Logs, "s", TimeProvider.System);
        await scheduler.AppendAsync(new Decision(DecisionKinds.Started, "t0", "starting"));
        await scheduler.AppendAsync(new Decision(DecisionKinds.Preempted, "t0", "preempting"));
        await scheduler.AppendAsync(new Decision(DecisionKinds.NotStarted, "t0", "not starting"));
        zombie.Add(new Decision(DecisionKinds.Note, null, "alive"));
        await zombie.FlushAsync();

        // It freezes; another takes over and says how the trial ended.
        var (journal, log) = await OpenAsync(store);
        Decision ended = new(DecisionKinds.Ended, "t0", "ended");
        journal.Add(ended);
        await journal.FlushAsync();
        await scheduler.AppendAsync(new Decision(DecisionKinds.Started, "t1", "starting"));
        zombie.Add(ended);
        await Assert.ThrowsAsync<InconsistentStateException>(zombie.FlushAsync);
        Assert.Equal(1, zombie.Pending);

        journal.Add(new Decision(DecisionKinds.Ended, "t1", "ended too"));
        await journal.FlushAsync();
        Assert.Equal(
            ["submitted", "starting", "preempting", "not starting", "alive", "ended", "starting", "ended too"], (await log.ReadAsync(0, 100)).Select(d => d.Text));
    }

    [Fact]
    public async Task Curves_have_one_writer()
    {
        await using var store = await StoreFactory.OpenAsync(_folder.File("store"), create: true, Cancel);
        var (zombie, _) = await OpenAsync(store);
        zombie.Observe(new CurveChange(0, 0, [1], [0.5], false, true));
        await zombie.FlushAsync();
        var (journal, _) = await OpenAsync(store);
        journal.Observe(new CurveChange(0, 1, [2], [0.6], false, true));
        await journal.FlushAsync();

        zombie.Observe(new CurveChange(0, 1, [2], [0.6], false, true));
        await Assert.ThrowsAsync<InconsistentStateException>(zombie.FlushAsync);
        Assert.Equal(2, await new CurveLog(store.Logs, "s").ReadAsync().CountAsync(Cancel));
    }

    [Fact]
    public async Task A_decision_is_never_written_before_what_it_was_decided_from()
    {
        await using var store = await StoreFactory.OpenAsync(_folder.File("store"), create: true, Cancel);
        var held = new HeldLogs(store.Logs);
        var journal = new SweepJournal(new DecisionLog(held, "s", TimeProvider.System), new CurveLog(held, "s"));
        journal.Observe(new CurveChange(0, 0, [1], [0.5], false, true));
        journal.Add(new Decision(DecisionKinds.Promoted, "t0", "from the first"));
        var flush = journal.FlushAsync();
        journal.Observe(new CurveChange(1, 0, [1], [0.1], false, true));
        journal.Add(new Decision(DecisionKinds.Pruned, "t1", "from the second"));
        held.Free.SetResult();
        await flush;

        var log = new DecisionLog(store.Logs, "s", TimeProvider.System);
        Assert.Equal("from the first", Assert.Single(await log.ReadAsync(0, 100)).Text);
        Assert.Equal(1, await new CurveLog(store.Logs, "s").ReadAsync().CountAsync(Cancel));
        await journal.FlushAsync();
        Assert.Equal(["from the first", "from the second"], (await log.ReadAsync(0, 100)).Select(d => d.Text));
        Assert.Equal(2, await new CurveLog(store.Logs, "s").ReadAsync().CountAsync(Cancel));
    }

    /// <summary>As an activation does: all that stands there is read first.</summary>
    private static async Task<(SweepJournal Journal, DecisionLog Log)> OpenAsync(IStore store)
    {
        var (decisions, curves) = (new DecisionLog(store.Logs, "s", TimeProvider.System), new CurveLog(store.Logs, "s"));
        await foreach (var line in decisions.ReadAllAsync())
        {
            decisions.Saw(line);
        }

        await foreach (var _ in curves.ReadAsync())
        {
            // Read for its end.
        }

        return (new SweepJournal(decisions, curves), decisions);
    }

    /// <summary>Appends wait until they are set free.</summary>
    private sealed class HeldLogs(ILogStore inner) : ILogStore
    {
        public TaskCompletionSource Free { get; } = new();

        public async Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default)
        {
            await Free.Task;
            return await inner.AppendAsync(log, entries, cancellationToken);
        }

        public async Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken = default)
        {
            await Free.Task;
            return await inner.AppendAfterAsync(log, afterSequence, entries, cancellationToken);
        }

        public IAsyncEnumerable<LogEntry> ReadAsync(string log, long afterSequence = 0, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(log, afterSequence, cancellationToken);

        public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default) => inner.ListLogsAsync(cancellationToken);
    }
}
