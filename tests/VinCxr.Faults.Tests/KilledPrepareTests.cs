using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

public sealed class KilledPrepareTests : IDisposable
{
    /// <summary>More than one shard holds.</summary>
    private const int Images = 288;

    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [BoundedFact]
    public async Task A_prepare_killed_at_any_moment_is_completed_by_the_next_without_storing_anything_twice()
    {
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: 96, FindingIds: [3]), _folder.File("images"), cancellationToken: Cancel);
        var ingested = new StoreFolder(_folder.File("ingested"));
        await VinCxrRun.HereAsync(
            "dataset", "ingest", "phantoms", "--images", _folder.File("images"), "--annotations", _folder.File("images/train.csv"), "--store", ingested.Path);
        long start = ingested.Bytes();
        var whole = new StoreFolder(_folder.File("whole"));
        ingested.CopyTo(whole.Path);
        await VinCxrRun.HereAsync(Prepare(whole));
        long total = whole.Bytes() - start;
        string[] ids = [.. whole.Blobs().Select(b => b.Id)];

        int killed = 0, run = 0;
        foreach (double moment in KillMoments.Draw("prepare"))
        {
            var store = new StoreFolder(_folder.File($"store{run++}"));
            ingested.CopyTo(store.Path);
            using (var first = VinCxrRun.Start(null, Prepare(store)))
            {
                // At least one byte of a shard: before that, nothing has begun.
                killed += await KillMoments.KillAtAsync(first, store, start + Math.Max(1, (long)(moment * total))) ? 1 : 0;
            }

            var before = store.Blobs();
            using var second = VinCxrRun.Start(null, [.. Prepare(store), "-o", "json"]);
            await second.JsonAsync();

            Assert.Subset(store.Blobs().ToHashSet(), before.ToHashSet());
            await CheckAsync(store, ids);
            Directory.Delete(store.Path, recursive: true);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{killed} of {run} killed in time");
        Assert.True(killed > 0, "no run lived long enough to be killed");
    }

    private static async Task CheckAsync(StoreFolder store, string[] ids)
    {
        var report = await VinCxrRun.HereAsync("dataset", "verify", "phantoms", "--store", store.Path);
        Assert.Equal((Images, 2), (report.GetProperty("intact").GetInt32(), report.GetProperty("preparedShards").GetInt32()));
        await VinCxrRun.HereAsync("dataset", "gc", "--older-than", "0s", "--store", store.Path);
        await VinCxrRun.HereAsync("dataset", "verify", "phantoms", "--store", store.Path);
        Assert.Equal(ids, store.Blobs().Select(b => b.Id));
        Assert.Equal(0, store.Unfinished());
    }

    private static string[] Prepare(StoreFolder store) => ["dataset", "prepare", "phantoms", "--size", "96", "--store", store.Path];
}
