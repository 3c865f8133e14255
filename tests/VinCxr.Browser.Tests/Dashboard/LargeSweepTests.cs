using System.Diagnostics;
using VinCxr.Testing;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

/// <summary>Tests that measure the memory of the whole process run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";
}

/// <summary>A sweep of 10,000 trials is as quick to open as one of ten. The figures go to the output; docs/performance.md has those of a quiet machine.</summary>
[Collection(MemoryCollection.Name)]
public sealed class LargeSweepTests(Browser browser, LargeSweepServer server, ITestOutputHelper output) : IClassFixture<LargeSweepServer>
{
    private const int Opened = 6;
    private const int OpenAtOnce = 8;
    private const int MostPerPage = 16 * 1024 * 1024;

    /// <summary>Looks on each frame whether the page is live and shows its first cells; milliseconds from the start of the navigation.</summary>
    private const string Watch = """
        (function look() {
            if (document.querySelector('main[data-live=true] [data-testid^=cell-]')) window.liveAfter = performance.now();
            else requestAnimationFrame(look);
        })();
        """;

    private string Sweep => $"/sweeps/{server.Ended.Id}";

    [Fact]
    public async Task Ten_thousand_trials_are_counted_but_only_those_in_sight_are_in_the_page()
    {
        for (int i = 0; i < Opened; i++)
        {
            await using var opened = await browser.OpenAsync(new Uri(server.Address, "/viewer"));
            var page = opened.Page;
            await page.AddInitScriptAsync(Watch);
            await page.GotoAsync(Sweep);
            var cells = page.Locator("[data-testid^=cell-]");
            await Expect(page.Locator("main[data-live=true] [data-testid^=cell-]").First).ToBeVisibleAsync();
            double live = (await Eventually.ReadAsync(
                () => page.EvaluateAsync<double?>("window.liveAfter ?? null"), after => after is not null, "live", TestContext.Current.CancellationToken))!.Value;
            await Expect(page.GetByTestId("matrix-count")).ToContainTextAsync($"{LargeSweepServer.Variants} variants");
            Assert.InRange(await cells.CountAsync(), LargeSweepServer.Folds, 1000);

            long start = Stopwatch.GetTimestamp();
            await page.GetByTestId("tab-decisions").ClickAsync();
            await Expect(page.GetByTestId("decisions")).ToBeVisibleAsync();
            output.WriteLine($"{(i == 0 ? "first" : "again")}: live after {live / 1000:0.00} s, a click answered in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
            Assert.Empty(opened.Errors);
        }
    }

    [Fact]
    public async Task Open_pages_share_the_sweep_that_they_show()
    {
        List<BrowserPage> open = [];
        try
        {
            open.Add(await browser.OpenLiveAsync(new Uri(server.Address, Sweep)));
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int i = 0; i < OpenAtOnce; i++)
            {
                open.Add(await browser.OpenLiveAsync(new Uri(server.Address, Sweep)));
            }

            long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / OpenAtOnce;
            output.WriteLine($"{each / 1e6:0.0} MB of managed heap for each open page");
            Assert.InRange(each, long.MinValue, MostPerPage);
        }
        finally
        {
            foreach (var page in open)
            {
                await page.DisposeAsync();
            }
        }
    }
}
