using Microsoft.Playwright;
using VinCxr.Browser.Tests;

[assembly: AssemblyFixture(typeof(Browser))]

namespace VinCxr.Browser.Tests;

/// <summary>
/// One headless Chromium for all tests: that of the system (Debian: <c>apt-get install chromium</c>), or the program in <c>VINCXR_TEST_CHROMIUM</c>.
/// <c>VINCXR_SCREENSHOTS</c> is a folder that keeps the pictures that tests take.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Variable = "VINCXR_TEST_CHROMIUM";

    private IPlaywright? _playwright;
    private IBrowser? _chromium;

    private static string? Program => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "google-chrome") }).FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
        {
            return;
        }

        // Machines that build and test at the same time are slow; a limit only ends a test that has failed already.
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,

            // Containers run tests as root, where Chromium refuses its sandbox, and give /dev/shm little space.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>Opens a page in a fresh profile. Skips the test where there is no Chromium.</summary>
    /// <param name="dark">Colour scheme that the system asks for.</param>
    /// <param name="phone">390 x 844 pixels with touch, otherwise 1440 x 900.</param>
    public async Task<BrowserPage> OpenAsync(Uri address, bool dark = false, bool phone = false)
    {
        Assert.SkipWhen(_chromium is null, $"no chromium on PATH and {Variable} is not set");
        var context = await _chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.GetLeftPart(UriPartial.Authority),
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = phone,
            ViewportSize = phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1440, Height = 900 },
        });
        var page = new BrowserPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(address.PathAndQuery);
        return page;
    }

    /// <summary>As <see cref="OpenAsync"/>, for pages of the dashboard: a click while the first picture gives way to the live page may hit neither.</summary>
    public async Task<BrowserPage> OpenLiveAsync(Uri address, bool dark = false, bool phone = false)
    {
        var opened = await OpenAsync(address, dark, phone);
        await Assertions.Expect(opened.Page.Locator("main[data-live=true]")).ToBeVisibleAsync();
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
