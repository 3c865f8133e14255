using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

public sealed class DatasetPageTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_data_set_is_found_in_the_list_and_shown_in_plots(bool dark, bool phone)
    {
        string suffix = $"{(dark ? "dark" : "light")}{(phone ? "-phone" : "")}";
        await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, "/datasets"), dark, phone);
        var page = opened.Page;
        await Expect(page.GetByTestId("dataset-row")).ToHaveCountAsync(1);
        await opened.ShootAsync($"datasets-{suffix}");

        await page.GetByRole(AriaRole.Link, new() { Name = ApiServer.Dataset }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(ApiServer.Dataset);
        foreach (string plot in new[] { "classes", "boxes", "shapes", "places", "raters", "sizes" })
        {
            await Expect(page.GetByTestId($"plot-{plot}").Locator("svg .first").First).ToBeVisibleAsync();
        }

        await opened.ShootAsync($"dataset-{suffix}");
        Assert.Empty(opened.Errors);
    }
}
