using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests;

public sealed class SignInPageTests(Browser browser, KeyServer server) : IClassFixture<KeyServer>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_nobody_gave_out_is_refused_in_words(bool dark)
    {
        await using var opened = await browser.OpenAsync(new Uri(server.Address, "/login?to=/sweeps"), dark);
        var page = opened.Page;
        await opened.ShootAsync($"sign-in-{(dark ? "dark" : "light")}");

        await page.GetByLabel("API key").FillAsync("vcx_nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Expect(page.Locator(".error")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("API key")).ToBeEmptyAsync();
        Assert.EndsWith("/login", page.Url, StringComparison.Ordinal);

        // The browser itself reports the status of the refusal.
        Assert.All(opened.Errors, e => Assert.Contains("401", e, StringComparison.Ordinal));
    }
}
