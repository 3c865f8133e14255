using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Consensus;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Server.Tests.Security;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Viewing;

/// <summary>Activation maps over HTTP, compared with what trainers wrote.</summary>
public sealed class ActivationEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_held_out_image_has_the_map_that_its_trainer_wrote()
    {
        var truth = await TruthAsync();
        int compared = 0;
        foreach (var trial in (await GetAsync<SweepDetails>($"sweeps/{server.Ended.Id}")).Trials)
        {
            foreach (var image in (await GetAsync<Page<ReviewedImage>>($"trials/{trial.Id}/images")).Items)
            {
                var written = MapsLauncher.MapOf(truth[image.Id]);
                using var response = await server.Client.GetAsync($"trials/{trial.Id}/images/{image.Id}/activation", Cancel);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
                Assert.Equal(written.Cells, await response.Content.ReadAsByteArrayAsync(Cancel));
                Assert.Equal([written.Width, written.Height], Numbers(response, "Activation-Size"));
                Assert.Equal([written.Area.XMin, written.Area.YMin, written.Area.Width, written.Area.Height], Numbers(response, "Activation-Area"));
                Assert.Equal([0, 0, image.Columns, image.Rows], Numbers(response, "Activation-Seen"));
                Assert.Equal([MapsLauncher.Peak], Numbers(response, "Activation-Peak"));
                compared++;
            }
        }

        Assert.Equal(4 * truth.Count / 2, compared);
    }

    [Fact]
    public async Task A_map_that_the_browser_has_is_not_sent_again()
    {
        var (trial, images) = await AnyAsync(server.Ended.Id);
        string path = $"trials/{trial}/images/{images[0]}/activation";
        using var first = await server.Client.GetAsync(path, Cancel);
        using var other = await server.Client.GetAsync($"trials/{trial}/images/{images[1]}/activation", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await server.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancel));
        Assert.True(second.Headers.CacheControl is { Private: true, NoCache: true });
        Assert.NotEqual(first.Headers.ETag, other.Headers.ETag);
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be_missing()
    {
        var (trial, images) = await AnyAsync(server.Ended.Id);
        string outside = (await TruthAsync()).Keys.First(id => !images.Contains(id));
        var (plain, plainImages) = await AnyAsync((await server.WaitAsync((await server.SubmitAsync(ApiServer.Yaml(ApiServer.Plain), key: "plain")).Id)).Id);
        foreach (var (path, said) in new[]
        {
            ("trials/none/images/x/activation", "none"), ($"trials/{trial}/images/none/activation", "no activation map of image 'none'"),
            ($"trials/{trial}/images/{outside}/activation", $"none of the {images.Count} images held out of its training"),
            ($"trials/{plain}/images/{plainImages[0]}/activation", $"trial '{plain}' is Succeeded and has no activation maps"),
        })
        {
            Assert.Contains(said, await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await server.Client.GetAsync(path, Cancel)), StringComparison.Ordinal);
        }

        Assert.Null((await GetAsync<TrialDetails>($"trials/{plain}")).ActivationMapsBlob);
    }

    private async Task<(string Trial, IReadOnlyList<string> Images)> AnyAsync(string sweep)
    {
        string trial = (await GetAsync<SweepDetails>($"sweeps/{sweep}")).Trials[0].Id;
        return (trial, [.. (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images")).Items.Select(i => i.Id)]);
    }

    private async Task<Dictionary<string, LabelledImage>> TruthAsync()
    {
        await using var store = await StoreFactory.OpenAsync(server.StoreUri, cancellationToken: Cancel);
        var manifest = await new DatasetCatalog(store).GetAsync(ApiServer.Dataset, Cancel);
        return RaterConsensus.Build(manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))], new LabelsSpec())
            .ToDictionary(i => i.ImageId);
    }

    private async Task<T> GetAsync<T>(string path) => (await server.Client.GetFromJsonAsync<T>(path, ApiJson.Options, Cancel))!;

    private static double[] Numbers(HttpResponseMessage response, string header) =>
        [.. response.Headers.GetValues(header).Single().Split(", ").Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
}
