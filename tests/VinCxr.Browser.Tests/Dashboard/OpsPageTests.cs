using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

public sealed class OpsPageTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Grains_are_shown_without_anything_from_elsewhere()
    {
        await using var opened = await browser.OpenAsync(new Uri(server.Address, "/ops"));

        await Expect(opened.Page.GetByText("SweepRegistryGrain").First).ToBeVisibleAsync();
        await opened.ShootAsync("ops", isOurs: false);
        Assert.Empty(opened.Errors);
    }
}
