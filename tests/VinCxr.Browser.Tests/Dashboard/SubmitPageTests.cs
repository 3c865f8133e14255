using System.Text.RegularExpressions;
using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Dashboard;

public sealed class SubmitPageTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_file_is_checked_while_it_is_typed_and_a_double_click_submits_it_once(bool dark, bool phone)
    {
        string name = $"typed-{(dark ? "dark" : "light")}";
        await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, "/submit"), dark, phone);
        var page = opened.Page;
        var editor = page.GetByTestId("sweep-file");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Submit a sweep");
        await Expect(page.GetByTestId("plan-trials")).ToContainTextAsync("1 variant × 3 folds = 3 trials");

        await editor.FillAsync(ApiServer.Yaml(name).Replace("epochs: 2", "epochs: many", StringComparison.Ordinal) + "\ntrian: {}\n");
        await Expect(page.GetByTestId("mistake")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-testid=mistake][data-line='6']")).ToContainTextAsync("train.epochs");
        await Expect(page.Locator("[data-testid=mistake][data-line='9']")).ToContainTextAsync("trian");
        await Expect(page.Locator(".editor-mark")).ToHaveCountAsync(2);
        await Expect(editor).ToHaveAttributeAsync("aria-invalid", "true");
        await opened.ShootAsync($"submit-mistakes-{Suffix(dark, phone)}");

        await editor.FillAsync(ApiServer.Yaml(name));
        await Expect(page.GetByTestId("plan-trials")).ToContainTextAsync("2 variants × 2 folds = 4 trials");
        await Expect(page.GetByTestId("plan-variant")).ToHaveCountAsync(2);
        await opened.ShootAsync($"submit-{Suffix(dark, phone)}");

        await page.GetByTestId("submit").DblClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/sweeps/{name}-[0-9a-f]{{6}}$"));
        var sweeps = await server.SweepsAsync();
        Assert.Single(sweeps, s => s.Name == name);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, "/submit"));
        var page = opened.Page;
        await page.GetByTestId("example").SelectOptionAsync("1");
        await page.GetByTestId("use-example").PressAsync("Enter");
        await Expect(page.GetByTestId("plan-trials")).ToContainTextAsync("6 variants × 3 folds = 18 trials");
        await Expect(page.GetByTestId("sweep-file")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByTestId("submit")).ToBeFocusedAsync();

        await page.GetByTestId("sweep-file").FillAsync(ApiServer.Yaml("by-keys"));
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/sweeps/by-keys-"));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_huge_or_hostile_text_is_refused_in_a_line_and_the_page_goes_on()
    {
        await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, "/submit"));
        var page = opened.Page;
        var editor = page.GetByTestId("sweep-file");
        await Expect(page.GetByTestId("plan")).ToBeVisibleAsync();

        await editor.FillAsync(new string('x', 300_000));
        await Expect(page.GetByTestId("mistake")).ToContainTextAsync("300000 characters");
        await editor.FillAsync("name: a\ndataset: " + new string('[', 200_000));
        await Expect(page.GetByTestId("mistake")).ToContainTextAsync("nested deeper");
        await editor.FillAsync(ApiServer.Yaml("after"));
        await Expect(page.GetByTestId("plan-trials")).ToContainTextAsync("4 trials");
        Assert.Empty(opened.Errors);
    }

    private static string Suffix(bool dark, bool phone) => $"{(dark ? "dark" : "light")}{(phone ? "-phone" : "")}";
}
