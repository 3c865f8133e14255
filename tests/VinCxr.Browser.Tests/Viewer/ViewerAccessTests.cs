using System.Net.Http.Json;
using Microsoft.Playwright;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>The viewer before people whose keys show patients, and before those whose keys do not.</summary>
public sealed class ViewerAccessTests(Browser browser, KeyServer server) : IClassFixture<KeyServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Images_are_shown_to_whoever_may_see_patients(bool patients)
    {
        using var created = await server.Client.PostAsJsonAsync("keys", new CreateKey($"patients {patients}", "viewer", Patients: patients), ApiJson.Options, Cancel);
        string key = (await created.Content.ReadFromJsonAsync<CreatedKey>(ApiJson.Options, Cancel))!.Key;
        string path = $"/viewer?dataset={ApiServer.Dataset}";
        await using var opened = await browser.OpenAsync(new Uri(server.Address, $"/login?to={Uri.EscapeDataString(path)}"), dark: true);
        await opened.Page.GetByLabel("API key").FillAsync(key);
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        // Before the sign-in the browser asks for an icon, which strangers do not get.
        IEnumerable<string> Errors() => opened.Errors.Where(e => !e.Contains("401", StringComparison.Ordinal));
        var viewer = ViewerDriver.Of(opened, server);
        if (patients)
        {
            await viewer.ShownAsync();
            Assert.Empty(Errors());
        }
        else
        {
            await Expect(opened.Page.GetByTestId("message")).ToHaveTextAsync("Images of patients are only for callers who may see patients.");
            await Expect(opened.Page.GetByTestId("row")).ToHaveCountAsync(0);
            Assert.All(Errors(), e => Assert.Contains("403", e, StringComparison.Ordinal));
        }
    }
}
