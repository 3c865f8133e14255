using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

/// <summary>Pages that stay open while the server ends and is started again.</summary>
public sealed class RestartTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_page_says_that_the_server_is_away_and_comes_back_by_itself_but_never_over_what_is_being_typed()
    {
        await using var watching = await browser.OpenLiveAsync(new Uri(server.Address, "/sweeps"));
        await using var typing = await browser.OpenLiveAsync(new Uri(server.Address, "/submit"));
        await typing.Page.GetByRole(AriaRole.Textbox).FillAsync("name: half typed");

        await server.StopAsync();
        await Expect(watching.Page.Locator(".reconnect-trying")).ToBeVisibleAsync();
        await watching.ShootAsync("away");
        Assert.DoesNotContain(watching.Errors, e => e.StartsWith("away:", StringComparison.Ordinal));

        await server.StartAgainAsync();
        string id = (await server.SubmitAsync(ApiServer.Yaml("after-the-restart"))).Id;
        await Expect(watching.Page.Locator($"a[href='/sweeps/{id}']")).ToBeVisibleAsync();
        await Expect(watching.Page.Locator("main[data-live=true]")).ToBeVisibleAsync();

        await Expect(typing.Page.Locator(".reconnect-rejected")).ToBeVisibleAsync();
        await Expect(typing.Page.GetByRole(AriaRole.Textbox)).ToHaveValueAsync("name: half typed");
        await typing.ShootAsync("restarted");
        Assert.DoesNotContain(typing.Errors, e => e.StartsWith("restarted:", StringComparison.Ordinal));
        await typing.Page.GetByRole(AriaRole.Button, new() { Name = "Load the page again" }).ClickAsync();
        await Expect(typing.Page.Locator("main[data-live=true]")).ToBeVisibleAsync();
    }
}
