using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Predictions;
using VinCxr.Data.Stores;
using VinCxr.Server.Tests.Security;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Viewing;

/// <summary>Images, boxes and outcomes of a real server over HTTP, compared with what the store holds.</summary>
public sealed class ViewerEndpointsTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Images = $"datasets/{ApiServer.Dataset}/images";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_come_in_pages_by_id_and_by_class()
    {
        var manifest = await ManifestAsync();
        List<ImageEntry> found = [];
        string? next = null;
        do
        {
            var page = await GetAsync<Page<ImageEntry>>($"{Images}?limit=5{(next is null ? "" : $"&cursor={next}")}");
            Assert.InRange(page.Items.Count, 1, 5);
            found.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows)), found.Select(e => (e.Id, e.Columns, e.Rows)));
        foreach (int classId in manifest.Annotations.Select(a => a.ClassId).Distinct())
        {
            string[] drawn = [.. manifest.Annotations.Where(a => a.ClassId == classId).Select(a => a.ImageId).Distinct().Order(StringComparer.Ordinal)];
            Assert.Equal(drawn, (await GetAsync<Page<ImageEntry>>($"{Images}?classId={classId}")).Items.Select(e => e.Id));
        }

        Assert.Empty((await GetAsync<Page<ImageEntry>>($"{Images}?classId=99")).Items);
    }

    [Fact]
    public async Task An_image_has_its_raters_boxes_and_their_consensus()
    {
        var manifest = await ManifestAsync();
        var truth = Truth(manifest).Single(i => i.Boxes.Count > 0 && i.ImageId == Abnormal(manifest));
        var details = await GetAsync<ImageDetails>($"{Images}/{truth.ImageId}");

        Assert.Equal($"{ApiServer.Dataset}@sha256:{manifest.Version}", details.Dataset);
        Assert.Equal(truth.Boxes.Select(b => (b.ClassId, Of(b.Box), b.Weight)), details.Consensus.Select(b => (b.ClassId, b.Box, b.Weight)));
        Assert.Equal(manifest.Annotations.Where(a => a.ImageId == truth.ImageId).Select(a => a.RaterId).Distinct().Order(StringComparer.Ordinal), details.Raters.Select(r => r.Rater));
        Assert.Equal(
            manifest.Annotations.Where(a => a.ImageId == truth.ImageId && a.Box is not null).Select(a => (a.RaterId, a.ClassId, Of(a.Box!.Value))).Order(Comparer()),
            details.Raters.SelectMany(r => r.Boxes.Select(b => (r.Rater, b.ClassId, b.Box))).Order(Comparer()));
        Assert.False(details.IsNormal);
        Assert.Contains("Age", details.Header.Keys);
    }

    [Fact]
    public async Task A_plane_holds_the_stored_values_of_the_file()
    {
        foreach (var image in (await ManifestAsync()).Images.Take(4))
        {
            using var response = await server.Client.GetAsync($"{Images}/{image.ImageId}/plane?size=4096", Cancel);
            response.EnsureSuccessStatusCode();
            var samples = MemoryMarshal.Cast<byte, ushort>(await response.Content.ReadAsByteArrayAsync(Cancel)).ToArray();
            var file = await FileAsync(image);
            int[] stored = [.. MemoryMarshal.Cast<byte, ushort>(file.PixelBytes).ToArray().Select(code => code & ((1 << image.BitsStored) - 1))];

            Assert.Equal([image.Columns, image.Rows], Numbers(response, "Plane-Size"));
            Assert.Equal([0, 0, image.Columns, image.Rows], Numbers(response, "Plane-Region"));
            double[] range = Numbers(response, "Plane-Values");
            Assert.Equal(
                stored.Take(5000).Select(v => (v * file.Header.RescaleSlope) + file.Header.RescaleIntercept).Select(v => Math.Round(v)),
                samples.Take(5000).Select(s => range[0] + (s * (range[1] - range[0]) / ushort.MaxValue)).Select(v => Math.Round(v)));
            Assert.Equal(file.Header.Windows.SelectMany(w => new[] { w.Center, w.Width }), Numbers(response, "Plane-Windows"));
            Assert.Equal(image.Photometric == "MONOCHROME1", response.Headers.GetValues("Plane-Inverted").Single() == "true");
        }
    }

    [Fact]
    public async Task A_transform_gives_the_plane_that_trainers_see()
    {
        var image = (await ManifestAsync()).Images[0];
        using var response = await server.Client.GetAsync($"{Images}/{image.ImageId}/plane?size=32&transform=percentile%20%2B%20invert", Cancel);
        var expected = ImagePreparation.Prepare(await FileAsync(image), new PreprocessSpec(32, "voi", "percentile + invert", 16));

        Assert.Equal(expected.Bytes, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal([expected.Width, expected.Height], Numbers(response, "Plane-Size"));
        Assert.Equal([0, 1], Numbers(response, "Plane-Values"));
        Assert.Empty(Numbers(response, "Plane-Windows"));
    }

    [Fact]
    public async Task A_plane_that_the_browser_has_is_not_sent_again()
    {
        string path = $"{Images}/{(await ManifestAsync()).Images[0].ImageId}/plane?size=32";
        using var first = await server.Client.GetAsync(path, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await server.Client.SendAsync(request, Cancel);
        using var other = await server.Client.GetAsync($"{path}&transform=minmax", Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.True(second.Headers.CacheControl is { Private: true, NoCache: true });
        Assert.NotEqual(first.Headers.ETag, other.Headers.ETag);
    }

    [Theory]
    [InlineData("size=15", "size 15 is not between 16 and 4096")]
    [InlineData("transform=sharpen", "sharpen")]
    [InlineData("transform=", "transform")]
    public async Task Wrong_wishes_are_named(string query, string said)
    {
        string path = $"{Images}/{(await ManifestAsync()).Images[0].ImageId}/plane?{query}";
        Assert.Contains(said, await HttpAssert.ProblemAsync(HttpStatusCode.BadRequest, await server.Client.GetAsync(path, Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be_missing()
    {
        var trial = (await GetAsync<SweepDetails>($"sweeps/{server.Ended.Id}")).Trials[0].Id;
        var inFold = (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images")).Items.Select(i => i.Id).ToHashSet();
        string outside = (await ManifestAsync()).Images.First(i => !inFold.Contains(i.ImageId)).ImageId;
        foreach (var (path, said) in new[]
        {
            ("datasets/none/images", "no data set 'none'"), ($"{Images}/none", "has no image 'none'"), ($"{Images}/none/plane", "has no image 'none'"),
            ("trials/none/images", "none"), ($"trials/{trial}/images/none", "has no image 'none'"), ($"trials/{trial}/images/{outside}", "held out of its training"),
            ($"sweeps/{server.Ended.Id}/ensembles/none/images", "has no ensemble 'none', known are e0-wbf"),
        })
        {
            Assert.Contains(said, await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await server.Client.GetAsync(path, Cancel)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_decoded_is_a_problem_of_its_own()
    {
        // What an ingest of today would quarantine: a version of the data set that points at bytes which are no DICOM.
        var manifest = await ManifestAsync();
        await using (var store = await StoreFactory.OpenAsync(server.StoreUri, cancellationToken: Cancel))
        {
            var blob = await store.Blobs.PutAsync(new MemoryStream("not DICOM at all"u8.ToArray()), cancellationToken: Cancel);
            var broken = manifest.Images[0] with { BlobId = blob.Id, Length = blob.Length };
            await new DatasetCatalog(store).PutAsync(manifest with { Name = "broken", Images = [broken] }, Cancel);
        }

        string said = await HttpAssert.ProblemAsync(
            HttpStatusCode.UnprocessableEntity, await server.Client.GetAsync($"datasets/broken/images/{manifest.Images[0].ImageId}/plane", Cancel));
        Assert.StartsWith($"image '{manifest.Images[0].ImageId}' cannot be shown: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcomes_of_a_trial_are_those_of_its_score()
    {
        var manifest = await ManifestAsync();
        int found = 0, falseAlarms = 0;
        foreach (var trial in (await LearnedAsync()).Trials)
        {
            var details = await GetAsync<TrialDetails>($"trials/{trial.Id}");
            var predictions = PredictionCsv.Read(new StringReader(await server.Client.GetStringAsync($"trials/{trial.Id}/files/predictions", Cancel)), "predictions");
            var images = (await GetAsync<Page<ReviewedImage>>($"trials/{trial.Id}/images")).Items;
            var truth = Truth(manifest).Where(i => images.Any(e => e.Id == i.ImageId)).ToArray();
            Assert.Equal(details.Map40Findings!.Value, MeanAveragePrecision.Evaluate(
                RaterConsensus.ToGroundTruth(truth, manifest.Classes), predictions, manifest.Classes, new MapOptions(IncludeNoFinding: false)).Map, 1e-9);

            foreach (var image in images)
            {
                var review = await GetAsync<ImageReview>($"trials/{trial.Id}/images/{image.Id}");
                Prediction[] findings = [.. predictions.Where(p => p.ImageId == image.Id && p.ClassId != manifest.Classes.NoFindingId)];
                Assert.Equal(findings.Length, review.Detections.Count);
                Assert.Equal(review.Detections.OrderByDescending(d => d.Confidence), review.Detections);
                Assert.Equal(truth.Single(i => i.ImageId == image.Id).Boxes.Count, review.Truths.Count);
                Assert.All(review.Detections.Where(d => d.Truth is not null), d =>
                {
                    var found = review.Truths[d.Truth!.Value];
                    Assert.Equal((d.ClassId, d.Confidence), (found.ClassId, found.FoundAt));
                    Assert.True(Of(d.Box).IoU(Of(found.Box)) > 0.4);
                });
                Assert.Equal(review.Truths.Count(t => t.FoundAt is not null), review.Detections.Count(d => d.Truth is not null));
                found += review.Detections.Count(d => d.Truth is not null);
                falseAlarms += review.Detections.Count(d => d.Truth is null);
            }
        }

        Assert.True(found > 0 && falseAlarms > 0, $"{found} true and {falseAlarms} false detections: too few to tell");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.0)]
    public async Task Images_with_errors_are_those_with_a_false_or_a_missed_box(double threshold)
    {
        string at = threshold.ToString(CultureInfo.InvariantCulture);
        string trial = (await LearnedAsync()).Trials[0].Id;
        List<string> wrong = [], right = [];
        foreach (var image in (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images")).Items)
        {
            var review = await GetAsync<ImageReview>($"trials/{trial}/images/{image.Id}");
            bool hasError = review.Detections.Any(d => d.Truth is null && d.Confidence >= threshold) || review.Truths.Any(t => !(t.FoundAt >= threshold));
            (hasError ? wrong : right).Add(image.Id);
        }

        Assert.Equal(wrong, (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images?errors=true&confidence={at}")).Items.Select(i => i.Id));
        Assert.Equal(right, (await GetAsync<Page<ReviewedImage>>($"trials/{trial}/images?errors=false&confidence={at}")).Items.Select(i => i.Id));
    }

    [Fact]
    public async Task The_steps_of_transforms_are_those_that_planes_take()
    {
        string path = $"{Images}/{(await ManifestAsync()).Images[0].ImageId}/plane?size=32";
        foreach (var step in await GetAsync<TransformStepInfo[]>("transforms"))
        {
            using var response = await server.Client.GetAsync($"{path}&transform={Uri.EscapeDataString(step.Usage)}", Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task An_ensemble_is_reviewed_over_all_folds()
    {
        string path = $"sweeps/{(await LearnedAsync()).Summary.Id}/ensembles/e0-wbf/images";
        var images = (await GetAsync<Page<ReviewedImage>>(path)).Items;
        var manifest = await ManifestAsync();

        Assert.Equal(manifest.Images.Select(i => i.ImageId), images.Select(i => i.Id));
        var reviews = await Task.WhenAll(images.Select(i => GetAsync<ImageReview>($"{path}/{i.Id}")));
        Assert.Contains(reviews, r => r.Detections.Any(d => d.Truth is not null));
        Assert.Contains(reviews, r => r.NoFinding > 0);
        Assert.Equal(Truth(manifest).Sum(i => i.Boxes.Count), reviews.Sum(r => r.Truths.Count));
    }

    private static Comparer<(string Rater, int Class, Corners Box)> Comparer() => Comparer<(string Rater, int Class, Corners Box)>.Create((a, b) =>
        (a.Rater, a.Class, a.Box.XMin, a.Box.YMin, a.Box.XMax).CompareTo((b.Rater, b.Class, b.Box.XMin, b.Box.YMin, b.Box.XMax)));

    private static Corners Of(Box box) => new(box.XMin, box.YMin, box.XMax, box.YMax);

    private static Box Of(Corners box) => new(box.XMin, box.YMin, box.XMax, box.YMax);

    private static string Abnormal(DatasetManifest manifest) => manifest.Annotations.First(a => a.Box is not null && a.ClassId != manifest.Classes.NoFindingId).ImageId;

    private static IReadOnlyList<LabelledImage> Truth(DatasetManifest manifest) =>
        RaterConsensus.Build(manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))], new LabelsSpec());

    private static double[] Numbers(HttpResponseMessage response, string header)
    {
        string text = response.Headers.TryGetValues(header, out var values) ? values.Single() : "";
        return text.Length == 0 ? [] : [.. text.Split(", ").Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
    }

    private async Task<T> GetAsync<T>(string path) => (await server.Client.GetFromJsonAsync<T>(path, ApiJson.Options, Cancel))!;

    /// <summary>A sweep whose trials find something; one for all tests.</summary>
    private async Task<SweepDetails> LearnedAsync()
    {
        var sweep = await server.SubmitAsync(ApiServer.Yaml("learned", epochs: 40), key: "learned");
        return await GetAsync<SweepDetails>($"sweeps/{(await server.WaitAsync(sweep.Id)).Id}");
    }

    private async Task<DatasetManifest> ManifestAsync()
    {
        await using var store = await StoreFactory.OpenAsync(server.StoreUri, cancellationToken: Cancel);
        return await new DatasetCatalog(store).GetAsync(ApiServer.Dataset, Cancel);
    }

    private async Task<DicomImage> FileAsync(DatasetImage image)
    {
        await using var store = await StoreFactory.OpenAsync(server.StoreUri, cancellationToken: Cancel);
        return await new ImageFiles(store).UseAsync(image, file => DicomReaders.Default.Read(file), Cancel);
    }
}
