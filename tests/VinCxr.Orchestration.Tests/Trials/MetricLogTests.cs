using CsCheck;
using Orleans.Storage;
using VinCxr.Contracts.Trials;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Trials;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Trials;

/// <summary>Steps are counted once, however often leases went back; the raw log keeps everything.</summary>
public sealed class MetricLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task A_lease_that_goes_back_supersedes_what_lay_beyond()
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        var log = new MetricLog(store.Logs, "t");
        await log.AppendAsync(1, Epochs(1, 1, 2, 3), Now);

        await log.ResumeAsync(2, 1, Now);
        Assert.Equal([(1L, 1)], await PointsAsync(log));
        await log.AppendAsync(2, Epochs(1, 2), Now);

        // The zombie's words arrive after all: they stay in the log and count for nothing.
        Assert.False(await log.AppendAsync(1, Epochs(4, 4), Now));
        await store.Logs.AppendAsync("trial-metrics-t", [await RawAsync(store, 3)], TestContext.Current.CancellationToken);
        foreach (var view in new[] { log, new MetricLog(store.Logs, "t"), new MetricLog(store.Logs, "t", capacity: 1) })
        {
            await view.LoadAsync();
            Assert.Equal([(1L, 1), (2L, 2)], await PointsAsync(view));
            Assert.Equal([(1, 0.1), (2, 0.2)], view.Digest!.Curve.Select(p => (p.Epoch, p.Score)));
        }

        Assert.Equal(6, await store.Logs.ReadAsync("trial-metrics-t", 0, TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_another_activation_wrote_is_never_written_again()
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        var zombie = new MetricLog(store.Logs, "t");
        await zombie.AppendAsync(1, Epochs(1, 1), Now);
        var log = new MetricLog(store.Logs, "t");
        Assert.True(await log.AppendAsync(1, Epochs(2, 2), Now));

        await Assert.ThrowsAsync<InconsistentStateException>(() => zombie.AppendAsync(1, Epochs(2, 2), Now));
        await Assert.ThrowsAsync<InconsistentStateException>(() => zombie.ResumeAsync(2, 1, Now));
        Assert.False(await new MetricLog(store.Logs, "t").AppendAsync(1, Epochs(2, 2), Now));
        Assert.True(await log.AppendAsync(1, Epochs(3, 3), Now));
        Assert.Equal([(1L, 1), (1L, 2), (1L, 3)], await PointsAsync(new MetricLog(store.Logs, "t")));
        Assert.Equal(3, await store.Logs.ReadAsync("trial-metrics-t", 0, TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Any_history_shows_each_epoch_once_and_the_newest_lease_that_reached_it()
    {
        // Leases that each go on from an epoch reached before and train a few more; the model is a plain list cut at each resumption.
        var lease = Gen.Select(Gen.Double[0, 1], Gen.Int[0, 5], Gen.Bool);
        Gen.Select(lease.List[1, 8], Gen.Int[1, 12]).Sample((leases, capacity) =>
        {
            var history = new MetricHistory(capacity);
            List<(long Lease, int Epoch)> model = [];
            long sequence = 0, number = 0;
            foreach (var (from, epochs, marks) in leases)
            {
                number++;
                int start = (int)(from * (model.Count + 0.99));
                if (marks && history.MustMark(number))
                {
                    history.Resume(++sequence, number, start);
                    model.RemoveRange(start, model.Count - start);
                }
                else if (epochs > 0)
                {
                    model.RemoveRange(start, model.Count - start);
                }

                for (int i = 1; i <= epochs; i++)
                {
                    history.Add(new MetricPoint(++sequence, number, start + i, 10 * (start + i), new() { ["map40"] = start + i }, Now), i);
                    model.Add((number, start + i));
                }
            }

            var shown = history.TryRead(0, int.MaxValue);
            return history.Curve.Select(p => p.Epoch).SequenceEqual(model.Select(m => m.Epoch))
                && (shown is null || shown.Select(p => (p.LeaseEpoch, p.Epoch)).SequenceEqual(model))
                && (shown is not null || sequence > capacity);
        });
    }

    private static async Task<(long LeaseEpoch, int Epoch)[]> PointsAsync(MetricLog log) => [.. (await log.ReadAsync(0, 100)).Select(p => (p.LeaseEpoch, p.Epoch))];

    private static async Task<string> RawAsync(IStore store, int sequence) =>
        (await store.Logs.ReadAsync("trial-metrics-t", sequence - 1, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken)).Text;

    private static MetricReport[] Epochs(long firstOrdinal, params int[] epochs) =>
        [.. epochs.Select((e, i) => new MetricReport(firstOrdinal + i, e, e * 10, new() { ["map40"] = 0.1 * e }))];
}
