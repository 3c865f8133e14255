using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Testing;
using VinCxr.TestServer;
using static Microsoft.Playwright.Assertions;

namespace VinCxr.Browser.Tests.Viewer;

/// <summary>The viewer as people see it: on a desk, in the dark and in the light, and on a phone. The pictures are kept to be looked at.</summary>
public sealed class ViewerLooksTests(Browser browser, RadiographServer server) : IClassFixture<RadiographServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_set_with_all_raters_in_the_dark_and_in_the_light()
    {
        string busiest = (await GetAsync<Page<ImageEntry>>($"datasets/{ApiServer.Dataset}/images")).Items.MaxBy(i => i.Classes.Count)!.Id;
        await using var opened = await browser.OpenAsync(new Uri(server.Address, $"/viewer?dataset={ApiServer.Dataset}&image={busiest}&layers=1234"), dark: true);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await opened.ShootAsync("viewer-dataset-dark");
        await viewer.Page.Keyboard.PressAsync("t");
        await opened.ShootAsync("viewer-dataset-light");
        await viewer.Page.Keyboard.PressAsync("?");
        await opened.ShootAsync("viewer-help-light");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Predictions_on_real_radiographs()
    {
        Assert.SkipWhen(SharedData.RealLungs is null, "../shared/data/real-lungs is absent");
        var sweep = await server.TrainOnLungsAsync(SharedData.RealLungs!);
        var trial = (await GetAsync<SweepDetails>($"sweeps/{sweep.Id}")).Trials[0].Id;
        var images = (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images")).Items;
        var reviews = await Task.WhenAll(images.Select(i => GetAsync<ImageReview>($"trials/{trial}/images/{i.Id}")));
        string telling = reviews.MaxBy(r => r.Detections.Count(d => d.Confidence >= 0.2 && d.Truth is not null))!.Id;
        await using var opened = await browser.OpenAsync(new Uri(server.Address, $"/viewer?trial={trial}&conf=0.2&image={telling}"), dark: true);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        var plane = await viewer.PlaneAsync(RadiographServer.Lungs, viewer.Image!);
        Assert.True(plane.Width > 400);
        Assert.NotEmpty(await viewer.BoxesAsync());
        await opened.ShootAsync("viewer-trial-dark");
        await viewer.Page.Keyboard.PressAsync("t");
        await opened.ShootAsync("viewer-trial-light");
        await viewer.Page.Keyboard.PressAsync("5");
        await Expect(viewer.Page.GetByTestId("activation")).ToBeVisibleAsync();
        await opened.ShootAsync("viewer-activation-light");
        await viewer.Page.Keyboard.PressAsync("t");
        await opened.ShootAsync("viewer-activation-dark");

        await viewer.Page.GetByTestId("source").SelectOptionAsync("ensemble e0-wbf");
        await Expect(viewer.Page.GetByTestId("place")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("/ 57$"));
        await viewer.ShownAsync();
        Assert.Equal((sweep.Id, "e0-wbf", null), (viewer.Query["sweep"], viewer.Query["ensemble"], viewer.Query["trial"]));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_phone_shows_the_image_first_and_two_fingers_zoom()
    {
        await using var opened = await browser.OpenAsync(new Uri(server.Address, $"/viewer?dataset={ApiServer.Dataset}"), dark: true, phone: true);
        var viewer = ViewerDriver.Of(opened, server);
        await viewer.ShownAsync();
        await opened.ShootAsync("viewer-phone-dark");
        Assert.Equal(390, await viewer.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        var box = (await viewer.Stage.BoundingBoxAsync())!;
        (float x, float y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        var input = await viewer.Page.Context.NewCDPSessionAsync(viewer.Page);
        Task TouchAsync(string type, params (float X, float Y)[] fingers) => input.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type,
            ["touchPoints"] = fingers.Select((f, id) => new Dictionary<string, object> { ["x"] = f.X, ["y"] = f.Y, ["id"] = id }).ToArray(),
        });
        await TouchAsync("touchStart", (x - 50, y), (x + 50, y));
        await TouchAsync("touchMove", (x - 75, y), (x + 75, y));
        await TouchAsync("touchMove", (x - 100, y), (x + 100, y));
        await TouchAsync("touchEnd");

        // Both fingers have arrived.
        await Expect(viewer.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("[?&]zoom=(1\\.9[5-9]|2(\\.0[0-4])?(\\d*)(&|$))"));
        Assert.Null(viewer.Query["ww"]);
        Assert.Empty(opened.Errors);
    }

    private async Task<T> GetAsync<T>(string path) => (await server.Client.GetFromJsonAsync<T>(path, ApiJson.Options, Cancel))!;
}
