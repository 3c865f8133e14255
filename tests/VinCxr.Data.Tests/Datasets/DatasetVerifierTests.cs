using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed class DatasetVerifierTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_names_missing_and_damaged_images_and_an_ingest_after_removal_heals_them()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(6);
        var manifest = (await set.IngestAsync()).Manifest;
        var verifier = new DatasetVerifier(set.Store);
        Assert.Empty((await verifier.RunAsync(manifest, cancellationToken: Cancellation)).Bad);

        set.Corrupt(manifest.Images[4].BlobId);
        await set.Store.Blobs.DeleteAsync(manifest.Images[1].BlobId, Cancellation);
        var seen = new List<VerifyProgress>();
        var report = await verifier.RunAsync(manifest, removeDamaged: true, progress: new ListProgress<VerifyProgress>(seen), cancellationToken: Cancellation);

        Assert.Equal(4, report.Intact);
        Assert.Equal([("img001", BlobProblem.Missing), ("img004", BlobProblem.Damaged)], report.Bad.Select(b => (b.Name, b.Problem)));
        Assert.Equal(new VerifyProgress(6, 6, manifest.Bytes, manifest.Bytes, 2), seen[^1]);

        Assert.Equal(2, (await set.IngestAsync()).Uploaded);
        Assert.Empty((await verifier.RunAsync(manifest, cancellationToken: Cancellation)).Bad);
    }
}
