using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

/// <summary>Every page in both themes and on a phone: pictures to look at, and what can be checked without eyes.</summary>
public sealed class LooksTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Pages_fit_their_screen_and_report_no_errors(bool dark, bool phone)
    {
        string sweep = $"/sweeps/{server.Ended.Id}";
        (string Name, string Path)[] pages =
        [
            ("sweeps", "/sweeps"), ("matrix", sweep), ("curves", $"{sweep}/curves"), ("parameters", $"{sweep}/parameters"), ("leaderboard", $"{sweep}/leaderboard"),
            ("decisions", $"{sweep}/decisions"), ("file", $"{sweep}/file"), ("trial", $"/trials/{server.Ended.Id}-v0-f0"), ("unknown-sweep", "/sweeps/nothing-of-this-name"),
        ];
        foreach (var (name, path) in pages)
        {
            await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, path), dark, phone);
            var page = opened.Page;
            await Expect(page.Locator("h1")).ToHaveCountAsync(1);
            await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Loading" })).ToHaveCountAsync(0);
            await opened.ShootAsync($"{name}-{(dark ? "dark" : "light")}{(phone ? "-phone" : "")}");

            Assert.Equal(phone ? 390 : 1440, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

            // The browser itself reports that an unknown page is one.
            Assert.DoesNotContain(opened.Errors, e => !e.Contains("404", StringComparison.Ordinal));
        }
    }
}
