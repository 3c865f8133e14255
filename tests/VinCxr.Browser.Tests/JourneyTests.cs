using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using VinCxr.Browser.Tests.Viewer;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests;

/// <summary>What a person does in one sitting, with nothing simulated: real trainers, the real server, a real browser.</summary>
public sealed class JourneyTests(Browser browser, TrainingServer server) : IClassFixture<TrainingServer>
{
    private const float TrainingLimit = 300_000;

    private const string Yaml = $$"""
        name: journey
        dataset: {{ApiServer.Dataset}}
        preprocess: {size: 64}
        folds: {count: 2, seed: 42}
        model: {family: yolov5, variant: n, image_size: 64}
        train: {epochs: 2, batch: 4, optimizer: adamw, lr: 0.002, warmup_epochs: 0, min_confidence: 0.0001}
        augment: {mosaic: 0, hflip: 0}
        parameters:
          train.lr: {values: [0.002, 0.004]}
        ensemble: {method: wbf, max_members: 2}
        """;

    [Fact]
    public async Task A_sweep_is_submitted_watched_to_its_end_and_its_predictions_are_looked_at()
    {
        await using var opened = await browser.OpenLiveAsync(new Uri(server.Address, "/submit"));
        var page = opened.Page;
        await page.GetByTestId("sweep-file").FillAsync(Yaml);
        await Expect(page.GetByTestId("plan-trials")).ToContainTextAsync("2 variants × 2 folds = 4 trials");
        await page.GetByTestId("submit").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sweeps/journey-[0-9a-f]{6}$"));

        // Nobody touches the page: what happens in the trainers is seen as it happens.
        await Expect(page.Locator("[data-testid^=cell-][data-state=Running]").First).ToBeVisibleAsync(new() { Timeout = TrainingLimit });
        await opened.ShootAsync("journey-running");
        await Expect(page.GetByTestId("sweep-state")).ToHaveTextAsync("Succeeded", new() { Timeout = TrainingLimit });
        await Expect(page.Locator("[data-testid^=cell-][data-state=Succeeded]")).ToHaveCountAsync(4);

        await page.GetByTestId("tab-leaderboard").ClickAsync();
        await Expect(page.GetByTestId("leaderboard-row")).ToHaveCountAsync(2);
        await opened.ShootAsync("journey-leaderboard");

        await page.GoBackAsync();
        await page.Locator("[data-testid^=cell-]").First.ClickAsync();
        await Expect(page.GetByTestId("trial-state")).ToHaveTextAsync("Succeeded");
        await opened.ShootAsync("journey-trial");
        await page.GetByTestId("view-predictions").ClickAsync();

        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await viewer.DragAsync(120, -60);
        await Expect(page).ToHaveURLAsync(new Regex("[?&]wc=.*[?&]ww="));

        // Two epochs teach little: there is an image with a finding that was missed.
        await page.Keyboard.PressAsync("e");
        await viewer.ShownAsync();
        await Expect(page.GetByTestId("box").First).ToBeAttachedAsync();
        await opened.ShootAsync("journey-viewer");

        // The trainer has left a map of this image too: its peak is the confidence of the most confident box.
        await page.Keyboard.PressAsync("5");
        await Expect(page.GetByTestId("activation")).ToBeVisibleAsync();
        var review = (await server.Client.GetFromJsonAsync<ImageReview>(
            $"trials/{viewer.Query["trial"]}/images/{viewer.Image}", ApiJson.Options, TestContext.Current.CancellationToken))!;
        double peak = double.Parse(await page.GetByTestId("activation-peak").InnerTextAsync(), CultureInfo.InvariantCulture);
        Assert.Equal(review.Detections[0].Confidence, peak, 0.0051);
        Assert.Equal("1-345", viewer.Query["layers"]);
        await opened.ShootAsync("journey-activation");
        Assert.Empty(opened.Errors);
    }
}
