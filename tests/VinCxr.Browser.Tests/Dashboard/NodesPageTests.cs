using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

public sealed class NodesPageTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_node_is_drained_after_a_question_and_what_waits_says_why(bool dark, bool phone)
    {
        await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, "/nodes"), dark, phone);
        var page = opened.Page;
        var node = page.Locator($"[data-node='{ApiServer.Node}']");
        await Expect(node.GetByTestId("node-state")).ToHaveTextAsync("Idle");

        await node.GetByTestId("drain").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Keep as it is" }).ClickAsync();
        await node.GetByTestId("drain").ClickAsync();
        await opened.ShootAsync($"nodes-question-{Suffix(dark, phone)}");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true }).ClickAsync();
        await Expect(node.GetByTestId("node-state")).ToHaveTextAsync("Drained");

        var sweep = await server.SubmitAsync(ApiServer.Yaml($"waits-{Suffix(dark, phone)}"));
        await Expect(page.GetByTestId("waiting-row")).ToHaveCountAsync(4);
        await Expect(page.GetByTestId("waiting-row").First).ToContainTextAsync($"{sweep.Id}-v0-f0");
        await opened.ShootAsync($"nodes-{Suffix(dark, phone)}");

        await node.GetByTestId("drain").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Undo drain" }).ClickAsync();
        await server.WaitAsync(sweep.Id);
        await Expect(page.GetByTestId("none-waiting")).ToBeVisibleAsync();
        Assert.Empty(opened.Errors);
    }

    private static string Suffix(bool dark, bool phone) => $"{(dark ? "dark" : "light")}{(phone ? "-phone" : "")}";
}
