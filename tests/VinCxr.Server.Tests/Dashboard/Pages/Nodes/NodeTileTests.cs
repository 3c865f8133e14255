using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor.Services;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Trials;
using VinCxr.Server.Dashboard.Pages.Nodes;

namespace VinCxr.Server.Tests.Dashboard.Pages.Nodes;

public sealed class NodeTileTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public NodeTileTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
    }

    [Theory]
    [InlineData(0, false, 0, "Idle")]
    [InlineData(2, false, 0, "Busy")]
    [InlineData(2, true, 0, "Draining")]
    [InlineData(0, true, 0, "Drained")]
    [InlineData(2, false, 60, "Silent")]
    public void A_word_says_how_it_is(int running, bool draining, int silentSeconds, string expected)
    {
        var tile = Tile(Node(running) with { Draining = draining, LastSeen = Now.AddSeconds(-silentSeconds) });

        Assert.Equal(expected, tile.Find("[data-testid=node-state]").TextContent);
    }

    [Fact]
    public void It_shows_slots_devices_cache_and_links_to_its_trials()
    {
        var tile = Tile(Node(2) with
        {
            Devices = [new SlotOffer(0, "H200", 144_384, 0), new SlotOffer(1, "H200", 144_384, 1), new SlotOffer(2, "odd", null)],
            Cache = new CacheSummary(3, 1, 3 << 20, 0, 5, 7, 1 << 30, 4L << 30),
            Host = "rack7",
            Since = Now.AddHours(-3),
        });

        Assert.Contains("2 of 4 in use", tile.Find("[data-testid=node-slots]").TextContent, StringComparison.Ordinal);
        Assert.Contains("H200, 151.4 GB of memory, 50 % free", tile.Markup, StringComparison.Ordinal);
        Assert.Contains("odd, memory unknown, 100 % free", tile.Markup, StringComparison.Ordinal);
        Assert.Equal("1.1 GB of 4.3 GB, 75 % hits, 3.1 MB fetched, 7 evicted", tile.Find("[data-testid=node-cache]").TextContent.Trim());
        Assert.Equal(["width: 50%", "width: 25%"], tile.FindAll(".share-bar > div").Select(b => b.GetAttribute("style")));
        Assert.Contains("rack7, for 3 h 00 min", tile.Markup, StringComparison.Ordinal);
        Assert.Equal(["/trials/t0", "/trials/t1"], tile.FindAll("[data-testid=node-trials] a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void A_shard_that_is_made_leads_nowhere()
    {
        var tile = Tile(Node(1) with { Running = ["shard 3", "t0"] });

        Assert.Equal("/trials/t0", Assert.Single(tile.FindAll("[data-testid=node-trials] a")).GetAttribute("href"));
        Assert.Contains("shard 3", tile.Find("[data-testid=node-trials]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_may_drains_and_a_draining_node_can_work_again()
    {
        List<bool> asked = [];
        Assert.Empty(Tile(Node(0)).FindAll("button"));

        foreach (bool draining in new[] { false, true })
        {
            var tile = Tile(Node(0) with { Draining = draining }, mayDrain: true, asked.Add);
            Assert.Equal(draining ? "Undo drain" : "Drain", tile.Find("[data-testid=drain]").TextContent.Trim());
            await tile.Find("[data-testid=drain]").ClickAsync();
        }

        Assert.Equal([true, false], asked);
    }

    private static NodeSummary Node(int running) => new("gpu1", "cuda", 4, [.. Enumerable.Range(0, running).Select(i => $"t{i}")], Now, Draining: false);

    private IRenderedComponent<NodeTile> Tile(NodeSummary node, bool mayDrain = false, Action<bool>? drain = null) => Render<NodeTile>(p => p
        .Add(t => t.Node, node).Add(t => t.Now, Now).Add(t => t.MayDrain, mayDrain).Add(t => t.OnDrain, EventCallback.Factory.Create<bool>(this, drain ?? (_ => { }))));
}
