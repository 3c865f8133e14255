using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

public sealed class KilledIngestTests : IDisposable
{
    private const int Images = 40;
    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [BoundedFact]
    public async Task An_ingest_killed_at_any_moment_is_completed_by_the_next_without_uploading_anything_twice()
    {
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: 256, FindingIds: [3]), _folder.File("images"), cancellationToken: Cancel);
        var whole = new StoreFolder(_folder.File("whole"));
        var expected = await VinCxrRun.HereAsync(Ingest(whole));
        string[] ids = [.. whole.Blobs().Select(b => b.Id)];
        Assert.Equal(Images + 1, ids.Length);
        var imageIds = whole.Blobs().Where(b => b.Kind == "dicom").Select(b => b.Id).ToHashSet();
        long total = whole.Bytes();

        int killed = 0, run = 0, kept = 0;
        foreach (double moment in KillMoments.Draw("ingest"))
        {
            var store = new StoreFolder(_folder.File($"store{run++}"));
            using (var first = VinCxrRun.Start(null, Ingest(store)))
            {
                killed += await KillMoments.KillAtAsync(first, store, (long)(moment * total)) ? 1 : 0;
            }

            var before = store.Blobs();
            int images = before.Count(b => imageIds.Contains(b.Id));
            kept += images;
            using var second = VinCxrRun.Start(null, [.. Ingest(store), "-o", "json"]);
            var report = await second.JsonAsync();

            Assert.Equal(expected.GetProperty("version").GetString(), report.GetProperty("version").GetString());
            Assert.Equal((Images - images, images), (report.GetProperty("uploaded").GetInt32(), report.GetProperty("alreadyStored").GetInt32()));
            Assert.Subset(store.Blobs().ToHashSet(), before.ToHashSet());
            await CheckAsync(store, ids);
            Directory.Delete(store.Path, recursive: true);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{killed} of {run} killed in time, {kept} images were stored by then and never again");
        Assert.True(killed > 0, "no run lived long enough to be killed");
    }

    private static async Task CheckAsync(StoreFolder store, string[] ids)
    {
        await VinCxrRun.HereAsync("dataset", "verify", "phantoms", "--store", store.Path);
        await VinCxrRun.HereAsync("dataset", "gc", "--older-than", "0s", "--store", store.Path);
        await VinCxrRun.HereAsync("dataset", "verify", "phantoms", "--store", store.Path);
        Assert.Equal(ids, store.Blobs().Select(b => b.Id));
        Assert.Equal(0, store.Unfinished());
    }

    private string[] Ingest(StoreFolder store) =>
    [
        "dataset", "ingest", "phantoms", "--images", _folder.File("images"), "--annotations", _folder.File("images/train.csv"), "--store", store.Path,
    ];
}
