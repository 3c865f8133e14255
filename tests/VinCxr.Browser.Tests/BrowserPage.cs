using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace VinCxr.Browser.Tests;

/// <summary>A page that remembers what went wrong in it.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    internal BrowserPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(60_000);
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            // A refused script or style is one of these too.
            if (message.Type == "error")
            {
                _errors.Enqueue(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https", IsLoopback: false })
            {
                _errors.Enqueue($"asks the internet: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Uncaught errors, errors in the console, requests to anything but the server, and what <see cref="ShootAsync"/> finds inaccessible.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Checks whether the page, as it is now, is accessible, and keeps a picture of it in the folder of <c>VINCXR_SCREENSHOTS</c>, if that is set.</summary>
    /// <param name="isOurs">False for pages that a library draws.</param>
    public async Task ShootAsync(string name, bool isOurs = true)
    {
        foreach (string violation in isOurs ? await Accessibility.ViolationsAsync(Page) : [])
        {
            _errors.Enqueue($"{name}: {violation}");
        }

        if (Environment.GetEnvironmentVariable("VINCXR_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
