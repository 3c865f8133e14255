using System.Net;
using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api;

public sealed class DatasetStatisticsTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counts_are_those_of_the_manifest()
    {
        await using var store = await StoreFactory.OpenAsync(server.StoreUri, cancellationToken: Cancel);
        var manifest = await new DatasetCatalog(store).GetAsync(ApiServer.Dataset, Cancel);

        var statistics = (await server.Client.GetFromJsonAsync<DatasetStatistics>($"datasets/{ApiServer.Dataset}/statistics", ApiJson.Options, Cancel))!;

        int boxes = manifest.Annotations.Count(a => a.Box is not null && a.ClassId != manifest.Classes.NoFindingId);
        Assert.True(boxes > 0);
        Assert.Equal((manifest.Version, manifest.Images.Count, boxes), (statistics.Version, statistics.Images, statistics.Boxes));
        Assert.Equal(boxes, statistics.Classes.Sum(c => c.Boxes));
        Assert.Equal(boxes, statistics.Classes.Sum(c => c.Centres?.Counts.Sum() ?? 0));
        Assert.Equal(boxes, statistics.Shapes!.Counts.Sum());
        Assert.Equal(boxes, statistics.BoxesPerImage.Sum(b => b.Number * b.Images));
        Assert.Equal(boxes, statistics.Raters.Sum(r => r.Boxes));
        Assert.Equal(statistics.AnnotatedImages, statistics.RatersPerImage.Sum(r => r.Images));
        Assert.Equal(manifest.Images.Count, statistics.Sizes.Sum(s => s.Images));
        Assert.Equal(manifest.Images.Count, statistics.TransferSyntaxes.Sum(s => s.Images));
        Assert.Equal(32 * 32, statistics.Classes.First(c => c.Centres is not null).Centres!.Counts.Count);
    }

    [Fact]
    public async Task Whoever_has_them_gets_nothing_again()
    {
        using var first = await server.Client.GetAsync($"datasets/{ApiServer.Dataset}/statistics", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"datasets/{ApiServer.Dataset}/statistics");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await server.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task An_unknown_data_set_is_not_found()
    {
        using var response = await server.Client.GetAsync("datasets/nowhere/statistics", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
