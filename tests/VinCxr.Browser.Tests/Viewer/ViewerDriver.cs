using System.Globalization;
using System.Runtime.InteropServices;
using System.Web;
using Microsoft.Playwright;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>What tests do with an open viewer, and what it should show by the server's own numbers.</summary>
internal sealed class ViewerDriver(BrowserPage opened, ApiServer server)
{
    public IPage Page => opened.Page;

    public ILocator Stage => Page.GetByTestId("stage");

    /// <summary>Values of the page's address.</summary>
    public System.Collections.Specialized.NameValueCollection Query => HttpUtility.ParseQueryString(new Uri(Page.Url).Query);

    public string? Image => Query["image"];

    public static ViewerDriver Of(BrowserPage opened, ApiServer server) => new(opened, server);

    /// <summary>Waits until the picture of the image is there.</summary>
    public Task ShownAsync() => Expect(Stage).ToHaveAttributeAsync("data-state", "shown");

    public double Number(string name) => double.Parse(Query[name]!, CultureInfo.InvariantCulture);

    /// <summary>Grey value of the canvas where the middle of a pixel of the image lies; the image fits the stage.</summary>
    public Task<int> GreyAsync(int x, int y, int columns, int rows) => Page.EvaluateAsync<int>(
        """
        ([x, y, columns, rows]) => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
            const canvas = document.getElementById('picture'), scale = Math.min(canvas.width / columns, canvas.height / rows);
            const at = [(x + 0.5 - columns / 2) * scale + canvas.width / 2, (y + 0.5 - rows / 2) * scale + canvas.height / 2];
            done(canvas.getContext('2d').getImageData(Math.round(at[0]), Math.round(at[1]), 1, 1).data[0]);
        })))
        """,
        new[] { x, y, columns, rows });

    /// <summary>Boxes in the page by kind.</summary>
    public async Task<Dictionary<string, int>> BoxesAsync()
    {
        string[] kinds = await Page.GetByTestId("box").EvaluateAllAsync<string[]>("boxes => boxes.map(b => b.dataset.kind)");
        return kinds.CountBy(k => k).ToDictionary();
    }

    /// <summary>Drags from the middle of the stage.</summary>
    public async Task DragAsync(float dx, float dy)
    {
        var box = (await Stage.BoundingBoxAsync())!;
        (float x, float y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.MoveAsync(x, y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(x + dx, y + dy, new MouseMoveOptions { Steps = 4 });
        await Page.Mouse.UpAsync();
    }

    /// <summary>The whole plane of an image as the server gives it.</summary>
    public async Task<ServedPlane> PlaneAsync(string dataset, string image)
    {
        using var response = await server.Client.GetAsync($"datasets/{dataset}/images/{image}/plane?size=4096");
        response.EnsureSuccessStatusCode();
        double[] Numbers(string header) => [.. response.Headers.GetValues(header).Single().Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        double[] size = Numbers("Plane-Size"), values = Numbers("Plane-Values"), windows = Numbers("Plane-Windows");
        ushort[] samples = MemoryMarshal.Cast<byte, ushort>(await response.Content.ReadAsByteArrayAsync()).ToArray();
        return new ServedPlane(
            (int)size[0], (int)size[1], [.. samples.Select(s => values[0] + (s * (values[1] - values[0]) / ushort.MaxValue))],
            windows.Length > 1 ? (windows[0], windows[1]) : null, response.Headers.GetValues("Plane-Inverted").Single() == "true");
    }
}

/// <param name="Values">Modality values, row by row.</param>
internal sealed record ServedPlane(int Width, int Height, double[] Values, (double Center, double Width)? Window, bool IsInverted)
{
    /// <summary>Grey value under a linear window (PS3.3 C.11.2.1.2.1).</summary>
    public double Grey(int x, int y, double center, double width, bool inverted = false)
    {
        double value = Values[(y * Width) + x], half = (width - 1) / 2;
        double level = value <= center - 0.5 - half ? 0 : value > center - 0.5 + half ? 1 : ((value - (center - 0.5)) / (width - 1)) + 0.5;
        return 255 * (inverted != IsInverted ? 1 - level : level);
    }
}
