using System.Globalization;
using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>The viewer in Chromium on a real server: what it shows is compared with what the REST API says.</summary>
public sealed class ViewerPageTests(Browser browser, ApiServer server) : IClassFixture<ApiServer>
{
    private const string Dataset = $"/viewer?dataset={ApiServer.Dataset}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_is_shown_under_its_window_and_dragging_moves_the_window_as_computed()
    {
        await using var opened = await OpenAsync(Dataset);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await Expect(viewer.Page.GetByTestId("place")).ToHaveTextAsync("1 / 12");
        var plane = await viewer.PlaneAsync(ApiServer.Dataset, viewer.Image!);
        double center = double.Parse(await viewer.Page.GetByTestId("center").InputValueAsync(), CultureInfo.InvariantCulture);
        double width = double.Parse(await viewer.Page.GetByTestId("width").InputValueAsync(), CultureInfo.InvariantCulture);
        if (plane.Window is { } window)
        {
            Assert.Equal((window.Center, window.Width), (center, width));
        }

        await AssertGreysAsync(viewer, plane, center, width);

        await viewer.DragAsync(120, -64);

        // 512 pixels go over all values of the image.
        double step = (plane.Values.Max() - plane.Values.Min()) / 512;
        Assert.Equal(center - (64 * step), viewer.Number("wc"), Math.Abs(center) * 1e-4);
        Assert.Equal(width + (120 * step), viewer.Number("ww"), width * 1e-4);
        await AssertGreysAsync(viewer, plane, viewer.Number("wc"), viewer.Number("ww"));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Keys_walk_through_images_invert_reset_and_zoom()
    {
        await using var opened = await OpenAsync(Dataset);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        string first = viewer.Image!;
        var plane = await viewer.PlaneAsync(ApiServer.Dataset, first);
        int before = await viewer.GreyAsync(20, 30, plane.Width, plane.Height);

        await viewer.Page.Keyboard.PressAsync("i");
        Assert.Equal(255 - before, await viewer.GreyAsync(20, 30, plane.Width, plane.Height), 1.0);
        Assert.Equal("1", viewer.Query["inv"]);
        await viewer.Page.Keyboard.PressAsync("+");
        await Expect(viewer.Page.GetByTestId("zoom")).ToHaveTextAsync("125 %");
        Assert.Equal(1.25, viewer.Number("zoom"));
        await viewer.Page.Keyboard.PressAsync("r");
        Assert.Equal(before, await viewer.GreyAsync(20, 30, plane.Width, plane.Height));
        Assert.Null(viewer.Query["zoom"]);

        await viewer.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(viewer.Page.GetByTestId("place")).ToHaveTextAsync("2 / 12");
        await viewer.ShownAsync();
        Assert.NotEqual(first, viewer.Image);
        await viewer.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(viewer.Page.GetByTestId("caption")).ToHaveTextAsync(first);

        await viewer.Page.Keyboard.PressAsync("?");
        await Expect(viewer.Page.GetByTestId("help")).ToBeVisibleAsync();
        await viewer.Page.Keyboard.PressAsync("Escape");
        await Expect(viewer.Page.GetByTestId("help")).ToBeHiddenAsync();
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Boxes_are_those_of_raters_and_of_their_consensus()
    {
        var abnormal = (await GetAsync<Page<ImageEntry>>($"datasets/{ApiServer.Dataset}/images")).Items.First(i => i.IsNormal == false).Id;
        var details = await GetAsync<ImageDetails>($"datasets/{ApiServer.Dataset}/images/{abnormal}");
        await using var opened = await OpenAsync($"{Dataset}&image={abnormal}");
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();

        Assert.Equal(new Dictionary<string, int> { ["consensus"] = details.Consensus.Count }, await viewer.BoxesAsync());
        await viewer.Page.Keyboard.PressAsync("2");
        Assert.Equal(details.Raters.Sum(r => r.Boxes.Count), (await viewer.BoxesAsync())["rater"]);
        await viewer.Page.Keyboard.PressAsync("1");
        Assert.False((await viewer.BoxesAsync()).ContainsKey("consensus"));
        Assert.Equal("-234", viewer.Query["layers"]);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task The_confidence_slider_decides_what_is_matched_missed_and_false()
    {
        string trial = (await LearnedAsync()).Trials[0].Id;
        var images = (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images")).Items;
        var reviews = await Task.WhenAll(images.Select(i => GetAsync<ImageReview>($"trials/{trial}/images/{i.Id}")));
        var review = reviews.MaxBy(r => r.Detections.Count(d => d.Truth is not null) + r.Truths.Count)!;
        await using var opened = await OpenAsync($"/viewer?trial={trial}&image={review.Id}");
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        foreach (double threshold in new[] { 0.25, 0.05, 0.6, 0.9 })
        {
            await viewer.Page.GetByTestId("confidence").FillAsync(threshold.ToString(CultureInfo.InvariantCulture));
            await Expect(viewer.Page.GetByTestId("confidence-text")).ToHaveTextAsync(threshold.ToString("0.00", CultureInfo.InvariantCulture));
            var expected = new Dictionary<string, int>
            {
                ["matched"] = review.Detections.Count(d => d.Truth is not null && d.Confidence >= threshold),
                ["false"] = review.Detections.Count(d => d.Truth is null && d.Confidence >= threshold),
                ["found"] = review.Truths.Count(t => t.FoundAt >= threshold),
                ["missed"] = review.Truths.Count(t => !(t.FoundAt >= threshold)),
            };
            var shown = await viewer.BoxesAsync();
            Assert.All(expected, e => Assert.Equal(e.Value, shown.GetValueOrDefault(e.Key)));
            await Expect(viewer.Page.GetByTestId("counts")).ToHaveTextAsync($"matched {expected["matched"]} missed {expected["missed"]} false {expected["false"]}");
        }

        await viewer.Page.GetByTestId("confidence").FillAsync("0");
        string[] colours = await viewer.Page.Locator("#boxes .line").EvaluateAllAsync<string[]>("lines => lines.map(l => l.parentNode.dataset.kind + ' ' + getComputedStyle(l).stroke)");
        Assert.All(colours, c => Assert.Contains(c, new[] { "matched rgb(31, 200, 160)", "found rgb(31, 200, 160)", "missed rgb(240, 201, 58)", "false rgb(255, 110, 64)" }));
        Assert.NotEmpty(colours);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Next_error_goes_to_the_next_image_with_a_false_or_a_missed_box()
    {
        string trial = (await LearnedAsync()).Trials[0].Id;
        const double Threshold = 0.5;
        var images = (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images")).Items;
        string[] wrong = [.. (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images?errors=true&confidence=0.5")).Items.Select(i => i.Id)];
        Assert.SkipWhen(wrong.Length < 2, "the trial makes hardly any mistakes");
        await using var opened = await OpenAsync($"/viewer?trial={trial}&conf={Threshold.ToString(CultureInfo.InvariantCulture)}&image={images[0].Id}");
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();

        string[] expected = wrong[0] == images[0].Id ? [.. wrong[1..], wrong[0]] : wrong;
        foreach (string id in expected)
        {
            await viewer.Page.Keyboard.PressAsync("e");
            await Expect(viewer.Page.GetByTestId("caption")).ToHaveTextAsync(id);
            await viewer.ShownAsync();
        }

        await viewer.Page.GetByTestId("errors-only").CheckAsync();
        await Expect(viewer.Page.GetByTestId("place")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex($"/ {wrong.Length}$"));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task The_address_brings_back_everything_that_is_seen()
    {
        string trial = (await LearnedAsync()).Trials[0].Id;
        await using var opened = await OpenAsync($"/viewer?trial={trial}");
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await viewer.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(viewer.Page.GetByTestId("place")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^2 /"));
        await viewer.ShownAsync();
        foreach (string key in new[] { "i", "+", "+", "2", "]" })
        {
            await viewer.Page.Keyboard.PressAsync(key);
        }

        await viewer.DragAsync(40, 25);
        await viewer.Page.Keyboard.DownAsync("Shift");
        await viewer.DragAsync(60, 30);
        await viewer.Page.Keyboard.UpAsync("Shift");
        await using var again = await OpenAsync(new Uri(viewer.Page.Url).PathAndQuery);
        var second = ViewerDriver.Of(again, server);
        await second.ShownAsync();

        Assert.Equal(["trial", "image", "conf", "wc", "ww", "inv", "zoom", "x", "y", "layers"], viewer.Query.AllKeys);
        Assert.Equal(viewer.Page.Url, second.Page.Url);
        Assert.Equal(await viewer.BoxesAsync(), await second.BoxesAsync());
        await second.Page.Mouse.MoveAsync(0, 0);
        await viewer.Page.Mouse.MoveAsync(0, 0);
        byte[][] pictures = [await viewer.Stage.ScreenshotAsync(), await second.Stage.ScreenshotAsync()];
        Assert.True(pictures[0].SequenceEqual(pictures[1]), "the pictures differ");
    }

    [Fact]
    public async Task From_a_data_set_one_gets_to_the_predictions_of_its_sweeps()
    {
        string sweep = (await LearnedAsync()).Summary.Id;
        await using var opened = await OpenAsync(Dataset);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await viewer.Page.GetByTestId("source").SelectOptionAsync($"sweep {sweep}");
        await Expect(viewer.Page.GetByTestId("source").Locator("option[value='ensemble e0-wbf']")).ToHaveCountAsync(1);
        await viewer.Page.GetByTestId("source").SelectOptionAsync("ensemble e0-wbf");
        await Expect(viewer.Page.GetByTestId("next-error")).ToBeVisibleAsync();
        await viewer.ShownAsync();
        Assert.Equal((null, sweep, "e0-wbf"), (viewer.Query["dataset"], viewer.Query["sweep"], viewer.Query["ensemble"]));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_transform_is_applied_by_the_server_and_a_wrong_one_is_explained()
    {
        await using var opened = await OpenAsync(Dataset);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        var transform = viewer.Page.GetByTestId("transform");
        await transform.FillAsync("clahe");
        await transform.PressAsync("Enter");
        await viewer.ShownAsync();
        Assert.Equal("clahe", viewer.Query["transform"]);
        await Expect(viewer.Page.GetByTestId("width")).ToHaveValueAsync("1");
        Assert.Empty(opened.Errors);

        await transform.FillAsync("sharpen");
        await transform.PressAsync("Enter");
        await Expect(viewer.Page.GetByTestId("message")).ToContainTextAsync("sharpen");
    }

    private Task<BrowserPage> OpenAsync(string path, bool phone = false) => browser.OpenAsync(new Uri(server.Address, path), dark: true, phone);

    private static async Task AssertGreysAsync(ViewerDriver viewer, ServedPlane plane, double center, double width)
    {
        foreach (var (x, y) in new[] { (5, 5), (20, 30), (32, 32), (50, 12), (40, 50) })
        {
            Assert.Equal(plane.Grey(x, y, center, width), await viewer.GreyAsync(x, y, plane.Width, plane.Height), 1.0);
        }
    }

    private async Task<T> GetAsync<T>(string path) => (await server.Client.GetFromJsonAsync<T>(path, ApiJson.Options, Cancel))!;

    /// <summary>A sweep whose trials find something; one for all tests.</summary>
    private async Task<SweepDetails> LearnedAsync()
    {
        var sweep = await server.SubmitAsync(ApiServer.Yaml("learned", epochs: 40), key: "learned");
        return await GetAsync<SweepDetails>($"sweeps/{(await server.WaitAsync(sweep.Id)).Id}");
    }
}
