using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Nodes;

public sealed class NodeRegistryTests
{
    [Fact]
    public async Task A_drain_order_is_told_to_the_agent_shown_and_kept_over_a_restart()
    {
        using var folder = new TempDirectory();
        await using (var cluster = await TestCluster.StartAsync(folder, trainer: null))
        {
            Assert.False((await Nodes(cluster).ReportAsync(Report("a"))).Drain);
            await Nodes(cluster).ReportAsync(Report("b"));
            await Nodes(cluster).SetDrainAsync("a", drain: true);
            Assert.True((await Nodes(cluster).ReportAsync(Report("a"))).Drain);
            Assert.Equal([("a", true), ("b", false)], (await Nodes(cluster).ListAsync()).Select(n => (n.Name, n.Draining)));
        }

        await using var second = await TestCluster.StartAsync(folder, trainer: null);
        var away = Assert.Single(await Nodes(second).ListAsync());
        Assert.Equal(("a", true), (away.Name, away.Draining));
        Assert.True((await Nodes(second).ReportAsync(Report("a"))).Drain);

        await Nodes(second).SetDrainAsync("a", drain: false);
        Assert.False((await Nodes(second).ReportAsync(Report("a"))).Drain);
    }

    [Fact]
    public async Task A_node_that_nobody_knows_cannot_be_drained()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var none = await Assert.ThrowsAsync<NotFoundException>(() => Nodes(cluster).SetDrainAsync("ghost", drain: true));
        await Nodes(cluster).ReportAsync(Report("a"));
        var other = await Assert.ThrowsAsync<NotFoundException>(() => Nodes(cluster).SetDrainAsync("ghost", drain: true));

        Assert.Equal("no node 'ghost', no node trains on this store", none.Message);
        Assert.Equal("no node 'ghost', known are a", other.Message);
    }

    [Fact]
    public async Task Devices_are_listed_as_the_agent_describes_them()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        SlotOffer[] devices = [new(0, "NVIDIA H100", 80_000, 0.5), new(1, "NVIDIA H100", 80_000)];
        await Nodes(cluster).ReportAsync(Report("a") with { Devices = devices });

        Assert.Equal(devices, Assert.Single(await Nodes(cluster).ListAsync()).Devices);
    }

    [Fact]
    public async Task A_second_agent_does_not_get_a_living_ones_name()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        await Nodes(cluster).JoinAsync("a", "first");
        await Nodes(cluster).JoinAsync("a", "first");

        var refused = await Assert.ThrowsAsync<ConflictException>(() => Nodes(cluster).JoinAsync("a", "second"));
        Assert.Contains("--node", refused.Message, StringComparison.Ordinal);
        await Nodes(cluster).LeaveAsync("a");
        await Nodes(cluster).JoinAsync("a", "second");
    }

    [Fact]
    public async Task A_name_is_held_for_a_living_silo_however_silent_and_free_when_its_silo_is_dead_however_late_it_spoke()
    {
        using var folder = new TempDirectory();
        string self;
        await using (var cluster = await TestCluster.StartAsync(folder, trainer: null))
        {
            self = cluster.SiloAddress;
            await Nodes(cluster).JoinFromAsync("a", "first", self);
            await Assert.ThrowsAsync<ConflictException>(() => Nodes(cluster).JoinFromAsync("a", "second", self));

            // Nobody knows this silo: it has been dead for long.
            await Nodes(cluster).JoinFromAsync("b", "first", "127.0.0.1:1@1");
            await Nodes(cluster).ReportAsync(Report("b") with { AgentId = "first" });
            await Nodes(cluster).JoinFromAsync("b", "second", self);
        }

        // The registry has moved, and has heard of nobody.
        await using var next = await TestCluster.StartAsync(folder, trainer: null);
        Assert.NotEqual(self, next.SiloAddress);
        await Nodes(next).JoinFromAsync("a", "second", next.SiloAddress);
    }

    private static NodeReport Report(string name) => new(name, "cpu", 2, [], AgentId: $"agent of {name}");

    private static INodeRegistryGrain Nodes(TestCluster cluster) => cluster.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);
}
