using System.Net.Http.Json;
using Microsoft.Playwright;
using OpenCvSharp;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>The activation layer in Chromium, over maps whose one bright spot is known.</summary>
public sealed class ActivationTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    private const double Opacity = 0.6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("&zoom=1.7&x=X&y=Y")]
    [InlineData("&transform=invert&inv=1")]
    public async Task The_bright_spot_lies_where_the_map_has_it(string view)
    {
        var (trial, image, x, y) = await SpotAsync();
        string beside = view.Replace("X", $"{x + 3}", StringComparison.Ordinal).Replace("Y", $"{y - 2}", StringComparison.Ordinal);
        await using var opened = await OpenAsync($"/viewer?trial={trial}&image={image.Id}&layers=-{beside}");
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        using Mat before = await ShootAsync(viewer);
        await viewer.Page.Keyboard.PressAsync("5");
        await Expect(viewer.Page.GetByTestId("activation")).ToBeVisibleAsync();
        Assert.Equal("----5", viewer.Query["layers"]);
        using Mat after = await ShootAsync(viewer);

        // Where the middle of the spot is by the page's address.
        double zoom = viewer.Query["zoom"] is null ? 1 : viewer.Number("zoom");
        double scale = Math.Min(before.Cols / (double)image.Columns, before.Rows / (double)image.Rows) * zoom;
        (double centreX, double centreY) = zoom == 1 ? (image.Columns / 2.0, image.Rows / 2.0) : (viewer.Number("x"), viewer.Number("y"));
        (double stageX, double stageY) = (((x - centreX) * scale) + (before.Cols / 2.0), ((y - centreY) * scale) + (before.Rows / 2.0));

        // The radiograph is grey: how far blue and green are apart is the map's alone.
        using Mat blue = after.ExtractChannel(0), green = after.ExtractChannel(1), colour = new();
        Cv2.Absdiff(blue, green, colour);
        Moments moments = Cv2.Moments(colour);
        Assert.Equal(stageX, moments.M10 / moments.M00, 2.0);
        Assert.Equal(stageY, moments.M01 / moments.M00, 2.0);

        // The brightest colour of the scale over the grey that was there, and nothing two cells on.
        double[] scaleEnd = await viewer.Page.EvaluateAsync<double[]>("async () => (await import('/viewer/colours.js')).scale[255]");
        Vec3b grey = before.At<Vec3b>((int)stageY, (int)stageX), shown = after.At<Vec3b>((int)stageY, (int)stageX);
        for (int channel = 0; channel < 3; channel++)
        {
            Assert.Equal((scaleEnd[2 - channel] * Opacity) + (grey[channel] * (1 - Opacity)), shown[channel], 14.0);
        }

        int away = (int)(stageX + (2 * scale * Math.Max(image.Columns, image.Rows) / 8 * (stageX > before.Cols / 2.0 ? -1 : 1)));
        Assert.Equal(before.At<Vec3b>((int)stageY, away), after.At<Vec3b>((int)stageY, away));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_map_ends_where_the_image_ends_though_its_cells_go_on()
    {
        var (trial, image, _, _) = await SpotAsync();
        await using var opened = await OpenAsync($"/viewer?trial={trial}&image={image.Id}&layers=-&zoom=0.8&x={image.Columns / 2.0}&y={image.Rows / 2.0}");
        await opened.Page.RouteAsync("**/activation", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/octet-stream",
            BodyBytes = [.. Enumerable.Repeat(byte.MaxValue, 9)],
            Headers = new Dictionary<string, string>
            {
                ["Activation-Size"] = "3, 3",
                ["Activation-Area"] = $"-10, -10, {image.Columns + 30}, {image.Rows + 30}",
                ["Activation-Seen"] = $"0, 0, {image.Columns}, {image.Rows / 2}",
                ["Activation-Peak"] = "1",
            },
        }));
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await viewer.Page.Keyboard.PressAsync("5");
        await Expect(viewer.Page.GetByTestId("activation")).ToBeVisibleAsync();
        using Mat after = await ShootAsync(viewer);
        double scale = Math.Min(after.Cols / (double)image.Columns, after.Rows / (double)image.Rows) * 0.8;
        bool IsColoured(double x, double y)
        {
            Vec3b at = after.At<Vec3b>((int)(((y - (image.Rows / 2.0)) * scale) + (after.Rows / 2.0)), (int)(((x - (image.Columns / 2.0)) * scale) + (after.Cols / 2.0)));
            return at[0] != at[2];
        }

        Assert.True(IsColoured(0.5, 0.5) && IsColoured(image.Columns - 0.5, (image.Rows / 2) - 0.5));
        Assert.False(IsColoured(-0.5, 5) || IsColoured(5, -0.5) || IsColoured(image.Columns + 0.5, 5) || IsColoured(5, (image.Rows / 2) + 0.5));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task The_address_brings_the_layer_and_its_opacity_back_and_its_legend_says_the_peak()
    {
        var (trial, image, _, _) = await SpotAsync();
        await using var opened = await OpenAsync($"/viewer?trial={trial}&image={image.Id}");
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await Expect(viewer.Page.GetByTestId("activation-legend")).ToBeHiddenAsync();
        await viewer.Page.GetByTestId("layer-activation").CheckAsync();
        await Expect(viewer.Page.GetByTestId("activation-peak")).ToHaveTextAsync("0.75");
        await viewer.Page.GetByTestId("opacity").FillAsync("0.35");
        await Expect(viewer.Page.GetByTestId("opacity-text")).ToHaveTextAsync("0.35");
        Assert.Equal(("1-345", "0.35"), (viewer.Query["layers"], viewer.Query["opacity"]));

        await using var again = await OpenAsync(new Uri(viewer.Page.Url).PathAndQuery);
        var second = ViewerDriver.Of(again, server);
        await second.ShownAsync();
        await Expect(second.Page.GetByTestId("activation")).ToBeVisibleAsync();
        await Expect(second.Page.GetByTestId("opacity-text")).ToHaveTextAsync("0.35");
        Assert.Equal(viewer.Page.Url, second.Page.Url);
        using Mat one = await ShootAsync(viewer), other = await ShootAsync(second);
        Assert.Equal(0, Cv2.Norm(one, other));

        // The next image brings its own map, and the key puts the layer away.
        await second.Page.Keyboard.PressAsync("ArrowRight");
        await second.ShownAsync();
        await Expect(second.Page.GetByTestId("activation")).ToBeVisibleAsync();
        await second.Page.Keyboard.PressAsync("5");
        await Expect(second.Page.GetByTestId("activation")).ToBeHiddenAsync();
        await Expect(second.Page.GetByTestId("layer-activation")).Not.ToBeCheckedAsync();
        Assert.Empty(opened.Errors.Concat(again.Errors));
    }

    [Fact]
    public async Task Where_there_are_no_maps_the_layer_says_why()
    {
        string plain = (await server.WaitAsync((await server.SubmitAsync(ApiServer.Yaml(ApiServer.Plain), key: "plain")).Id)).Id;
        string trial = (await GetAsync<SweepDetails>($"sweeps/{plain}")).Trials[0].Id;
        foreach (var (path, reason) in new[]
        {
            ($"/viewer?trial={trial}&layers=1-345", "This trial stored no activation maps."),
            ($"/viewer?sweep={server.Ended.Id}&ensemble=e0-wbf", "An ensemble has no map of its own: choose one of its trials."),
        })
        {
            await using var opened = await OpenAsync(path);
            var viewer = ViewerDriver.Of(opened, server);
            await viewer.ShownAsync();
            await Expect(viewer.Page.GetByTestId("layer-activation")).ToBeDisabledAsync();
            await Expect(viewer.Page.GetByTestId("layer-activation")).Not.ToBeCheckedAsync();
            await Expect(viewer.Page.GetByTestId("activation-reason")).ToHaveTextAsync(reason);
            await viewer.Page.Keyboard.PressAsync("5");
            await Expect(viewer.Page.GetByTestId("activation")).ToBeHiddenAsync();
            Assert.Empty(opened.Errors);
        }

        await using var dataset = await OpenAsync($"/viewer?dataset={ApiServer.Dataset}");
        await ViewerDriver.Of(dataset, server).ShownAsync();
        await Expect(dataset.Page.GetByTestId("layer-activation")).ToBeHiddenAsync();
        await Expect(dataset.Page.GetByTestId("activation-reason")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_map_that_does_not_come_is_explained_and_the_picture_stays()
    {
        var (trial, image, _, _) = await SpotAsync();
        await using var opened = await OpenAsync($"/viewer?trial={trial}&image={image.Id}");
        await opened.Page.RouteAsync("**/activation", route => route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"detail": "blob x holds activation maps that are damaged or cut short"}""",
        }));
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await viewer.Page.Keyboard.PressAsync("5");
        await Expect(viewer.Page.GetByTestId("activation-reason")).ToHaveTextAsync("blob x holds activation maps that are damaged or cut short");
        await viewer.ShownAsync();
        await Expect(viewer.Page.GetByTestId("message")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Equal_steps_of_the_scale_look_equal()
    {
        await using var opened = await OpenAsync($"/viewer?dataset={ApiServer.Dataset}");
        double[][] scale = await opened.Page.EvaluateAsync<double[][]>("async () => (await import('/viewer/colours.js')).scale");
        Assert.Equal(256, scale.Length);

        // CIE lightness, another measure than the one the scale is made with.
        double[] lightness = [.. scale.Select(c => Lightness((0.2126 * Linear(c[0])) + (0.7152 * Linear(c[1])) + (0.0722 * Linear(c[2]))))];
        double mean = (lightness[255] - lightness[0]) / 255;
        Assert.True(lightness[255] - lightness[0] > 70);
        for (int i = 16; i < 256; i++)
        {
            Assert.InRange((lightness[i] - lightness[i - 16]) / 16, mean * 0.7, mean * 1.3);
        }
    }

    private static double Linear(double code) => code / 255 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);

    private static double Lightness(double luminance) => luminance > 0.008856 ? (116 * Math.Cbrt(luminance)) - 16 : 903.3 * luminance;

    private static async Task<Mat> ShootAsync(ViewerDriver viewer)
    {
        // What lies under the pointer is written into the picture.
        await viewer.Page.Mouse.MoveAsync(0, 0);
        await viewer.Page.EvaluateAsync("document.querySelectorAll('#caption, #pointer').forEach(e => e.style.visibility = 'hidden')");
        return Cv2.ImDecode(await viewer.Stage.ScreenshotAsync(), ImreadModes.Color);
    }

    private Task<BrowserPage> OpenAsync(string path) => browser.OpenAsync(new Uri(server.Address, path), dark: true);

    private async Task<T> GetAsync<T>(string path) => (await server.Client.GetFromJsonAsync<T>(path, ApiJson.Options, Cancel))!;

    /// <summary>A trial and an image of it whose bright spot lies well within the image, with the spot's middle in pixels.</summary>
    private async Task<(string Trial, ReviewedImage Image, double X, double Y)> SpotAsync()
    {
        foreach (var trial in (await GetAsync<SweepDetails>($"sweeps/{server.Ended.Id}")).Trials)
        {
            foreach (var image in (await GetAsync<Page<ReviewedImage>>($"trials/{trial.Id}/images")).Items)
            {
                var details = await GetAsync<ImageDetails>($"datasets/{ApiServer.Dataset}/images/{image.Id}");
                if (details.Consensus.Count == 0)
                {
                    continue;
                }

                Corners box = details.Consensus[0].Box;
                (double x, double y) = ((box.XMin + box.XMax) / 2, (box.YMin + box.YMax) / 2);
                double reach = Math.Max(image.Columns, image.Rows) / 8.0 * 1.1;
                if (x > reach && y > reach && x < image.Columns - reach && y < image.Rows - reach)
                {
                    return (trial.Id, image, x, y);
                }
            }
        }

        throw new InvalidOperationException("no image has its first true box well within");
    }
}
