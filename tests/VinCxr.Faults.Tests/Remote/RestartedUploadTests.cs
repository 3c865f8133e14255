using System.Text.Json;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Remote;

/// <summary><c>dataset ingest --server</c> while that server is killed and started again.</summary>
public sealed class RestartedUploadTests
{
    private const int Images = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [BoundedFact]
    public async Task It_outlasts_kills_while_files_travel_and_while_they_are_ingested()
    {
        await using var server = await RemoteServer.StartAsync();
        string images = server.File("sent");
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: 512, Seed: 8, FindingIds: [3]), images, cancellationToken: Cancel);
        string version = await LocalVersionAsync(server, images);
        await using var ingest = new CommandRun(
            "dataset", "ingest", "sent", "--images", images, "--annotations", Path.Combine(images, "train.csv"), "--parallel", "1", "--server", server.Url, "-o", "json");
        string uploads = Path.Combine(server.Store, "uploads");

        await WaitAsync(ingest, () => Arrived(uploads) > Images / 4, "travelling");
        await server.KillAsync();
        int arrived = Arrived(uploads);
        await ingest.SaysAsync(t => t.Contains("does not answer", StringComparison.Ordinal), "away");
        await server.StartAgainAsync();
        await WaitAsync(ingest, () => Records(uploads).Contains("Ingesting", StringComparison.Ordinal), "ingesting");
        await server.KillAsync();
        await server.StartAgainAsync();
        var report = JsonDocument.Parse(await ingest.DoneAsync()).RootElement;

        Assert.InRange(arrived, Images / 4, Images);
        Assert.Equal((version, Images, 0), (report.GetProperty("version").GetString(), report.GetProperty("images").GetInt32(), report.GetProperty("quarantined").GetInt32()));
        Assert.Contains("answers again", ingest.Error, StringComparison.Ordinal);
        Assert.Equal(0, Arrived(uploads));
        await using var store = await StoreFactory.OpenAsync(server.Store, create: false, Cancel);
        Assert.Equal(version, (await new DatasetCatalog(store).GetAsync("sent", Cancel)).Version);
    }

    private static async Task<string> LocalVersionAsync(RemoteServer server, string images)
    {
        await using var store = await StoreFactory.OpenAsync(server.File("local"), create: true, Cancel);
        return (await new DatasetIngest(store).RunAsync("sent", images, Path.Combine(images, "train.csv"), new IngestOptions(), cancellationToken: Cancel)).Manifest.Version;
    }

    private static Task<(bool IsThere, string Error)> WaitAsync(CommandRun run, Func<bool> condition, string what) => Eventually.ReadAsync(
        () => Task.FromResult((IsThere: condition(), run.Error)), seen => seen.IsThere, what, Cancel, TimeSpan.FromMinutes(2));

    private static int Arrived(string uploads) => Directory.Exists(uploads)
        ? Directory.EnumerateFiles(uploads, "*.dicom", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Count()
        : 0;

    private static string Records(string uploads) => string.Concat(
        Directory.EnumerateFiles(uploads, "upload.json", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Select(File.ReadAllText));
}
