using VinCxr.Contracts.Scheduling;
using VinCxr.Core;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Scheduling;

public sealed class QueueRegistryTests
{
    [Fact]
    public async Task Queues_outlive_a_restart_and_default_is_always_there()
    {
        using var folder = new TempDirectory();
        var night = new QueueSettings("night", 2, 8, 0.5, 12, Preempts: false);
        await using (var cluster = await TestCluster.StartAsync(folder, trainer: null))
        {
            await Queues(cluster).SetAsync(night with { Weight = 3 });
            await Queues(cluster).SetAsync(night);
        }

        await using var second = await TestCluster.StartAsync(folder, trainer: null);

        Assert.Equal([new QueueSettings("default"), night], await Queues(second).ListAsync());
        Assert.Equal(night, await Queues(second).FindAsync("night"));
        Assert.Null(await Queues(second).FindAsync("day"));
        Assert.NotNull(await Queues(second).FindAsync("default"));
        Assert.Equal(night, (await second.Grains.GetGrain<ISchedulerGrain>("night").GetAsync()).Settings);
    }

    [Fact]
    public async Task Every_bad_limit_is_reported_and_nothing_is_kept()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(
            () => Queues(cluster).SetAsync(new QueueSettings("Bad Name", -1, 0, double.NaN, 0)));

        Assert.Equal(5, refused.Errors.Count);
        Assert.Contains(refused.Errors, e => e.StartsWith("name: 'Bad Name'", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, e => e.StartsWith("weight: -1", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, e => e.StartsWith("slots: a quota of 0 would start nothing", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, e => e.StartsWith("user_slots: a quota of NaN", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, e => e.StartsWith("half_life_hours: 0", StringComparison.Ordinal));
        Assert.Equal(["default"], (await Queues(cluster).ListAsync()).Select(q => q.Name));
    }

    [Fact]
    public async Task A_queue_is_removed_unless_it_is_default_unknown_or_in_use()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        await Queues(cluster).SetAsync(new QueueSettings("night"));
        string sweep = await cluster.SubmitAsync(TestCluster.Yaml("resources: {queue: night}"));

        Assert.Contains("cannot be removed", (await Assert.ThrowsAsync<ConflictException>(() => Queues(cluster).RemoveAsync("default"))).Message, StringComparison.Ordinal);
        Assert.Contains("known are default, night", (await Assert.ThrowsAsync<NotFoundException>(() => Queues(cluster).RemoveAsync("day"))).Message, StringComparison.Ordinal);
        Assert.Contains("unfinished sweeps", (await Assert.ThrowsAsync<ConflictException>(() => Queues(cluster).RemoveAsync("night"))).Message, StringComparison.Ordinal);

        await cluster.Sweep(sweep).CancelAsync();
        await Eventually.ReadAsync(cluster.Registry.GetActiveQueuesAsync, q => q.Length == 0, "without active queues", TestCluster.Cancel);
        await Queues(cluster).RemoveAsync("night");
        Assert.Equal(["default"], (await Queues(cluster).ListAsync()).Select(q => q.Name));
    }

    [Fact]
    public async Task Free_slots_go_round_by_weight_even_before_the_queues_report_again()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        await Queues(cluster).SetAsync(new QueueSettings("heavy", Weight: 3));
        await Queues(cluster).SetAsync(new QueueSettings("light"));

        List<string> first = [];
        for (int i = 0; i < 40; i++)
        {
            string[] order = await Queues(cluster).TakeTurnsAsync(["light", "heavy"]);
            Assert.Equal(2, order.Length);
            first.Add(order[0]);
        }

        Assert.Equal(30, first.Count(q => q == "heavy"));
        await Queues(cluster).ReportUseAsync("heavy", 400);
        Assert.Equal("light", (await Queues(cluster).TakeTurnsAsync(["light", "heavy"]))[0]);
    }

    private static IQueueRegistryGrain Queues(TestCluster cluster) => cluster.Grains.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key);
}
