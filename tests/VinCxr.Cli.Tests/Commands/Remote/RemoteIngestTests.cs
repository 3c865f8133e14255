using System.Globalization;
using System.Text.Json;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;
using VinCxr.TestServer;

namespace VinCxr.Cli.Tests.Commands.Remote;

/// <summary><c>dataset ingest --server</c> against a real server, beside the same command on a store.</summary>
public sealed class RemoteIngestTests(ApiServer server) : IClassFixture<ApiServer>, IDisposable
{
    private const int Images = 8;
    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Folder => _folder.File("images");

    private string Csv => _folder.File("images/train.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_makes_the_same_data_set_and_prints_the_same_summary_as_a_store()
    {
        await MakeImagesAsync(seed: 1);
        CommandResult local = await RunAsync("same", "--store", _folder.File("store"), "--quarantine", _folder.File("local.csv"), "--phi", _folder.File("local-phi.csv"));
        CommandResult dry = await RunAsync("same", "--server", Url, "--dry-run");
        CommandResult remote = await RunAsync("same", "--server", Url, "--quarantine", _folder.File("remote.csv"), "--phi", _folder.File("remote-phi.csv"));

        string[] expected = Fields(local.Json);
        Assert.Equal(expected, Fields(remote.Json));
        Assert.Equal(local.Json.GetProperty("version").GetString(), dry.Json.GetProperty("version").GetString());
        Assert.True(dry.Json.GetProperty("dryRun").GetBoolean());
        Assert.Equal(await File.ReadAllTextAsync(_folder.File("local.csv"), Cancel), await File.ReadAllTextAsync(_folder.File("remote.csv"), Cancel));
        Assert.Equal(await File.ReadAllTextAsync(_folder.File("local-phi.csv"), Cancel), await File.ReadAllTextAsync(_folder.File("remote-phi.csv"), Cancel));

        // What was there from the dry run was not sent again.
        Assert.Contains($"0 files sent, {Images + 2} were there already", remote.ErrorLines);
        Assert.Contains(remote.ErrorLines, l => l.StartsWith("ingest same: done in", StringComparison.Ordinal));

        CommandResult again = await RunAsync("same", "--server", Url);
        Assert.Contains("an earlier run has ingested these files", again.ErrorLines);
        Assert.Equal(expected, Fields(again.Json));
        string table = (await CommandLine.RunAsync("dataset", "ingest", "same", "--images", Folder, "--annotations", Csv, "--server", Url)).Out;
        Assert.Contains("bad.dicom", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_drop_cost_what_was_on_its_way_and_no_more()
    {
        await MakeImagesAsync(seed: 2, size: 512);
        long bytes = new DirectoryInfo(Folder).GetFiles().Sum(f => f.Length);
        CommandResult local = await RunAsync("dropped", "--store", _folder.File("store"));
        await using var proxy = new FlakyProxy(server.Address, cuts: 5, bytes: 60_000);

        CommandResult remote = await RunAsync("dropped", "--server", proxy.Url, "--parallel", "2");

        Assert.Equal(Fields(local.Json), Fields(remote.Json));
        Assert.Equal(0, proxy.CutsLeft);
        Assert.InRange(proxy.Passed, bytes, (2 * bytes) + 200_000);
        Assert.Contains(remote.ErrorLines, l => l.Contains("does not answer", StringComparison.Ordinal));
        Assert.Contains(remote.ErrorLines, l => l.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_is_gone_on_with_and_the_folder_counts_as_it_is_then()
    {
        await MakeImagesAsync(seed: 3, size: 512);
        long most = new DirectoryInfo(Folder).GetFiles().Sum(f => f.Length) * 2 / 3;
        await using (var proxy = new FlakyProxy(server.Address, cuts: 0, bytes: 0, most))
        {
            using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            using var discarded = new StringWriter();
            var run = Task.Run(() => CliApp.RunAsync(Arguments("resumed", "--server", proxy.Url, "--parallel", "1"), discarded, TextWriter.Null, interrupt.Token), Cancel);
            await Eventually.ReadAsync(() => Task.FromResult(proxy.Passed), passed => passed > most, "sent", Cancel);
            await interrupt.CancelAsync();
            Assert.Equal(ExitCode.Interrupted, await run);
        }

        string first = Directory.EnumerateFiles(Folder, "*.dicom").Order(StringComparer.Ordinal).First();
        string id = Path.GetFileNameWithoutExtension(first);
        File.Delete(first);
        await File.WriteAllLinesAsync(Csv, (await File.ReadAllLinesAsync(Csv, Cancel)).Where(l => !l.StartsWith(id, StringComparison.Ordinal)), Cancel);
        CommandResult local = await RunAsync("resumed", "--store", _folder.File("store"));
        CommandResult remote = await RunAsync("resumed", "--server", Url);

        Assert.Equal(Fields(local.Json), Fields(remote.Json));
        string line = Assert.Single(remote.ErrorLines, l => l.Contains("were there already", StringComparison.Ordinal));
        int[] counts = [.. line.Split(' ').Where(w => int.TryParse(w, out _)).Select(w => int.Parse(w, CultureInfo.InvariantCulture))];
        Assert.Equal(Images + 1, counts[0] + counts[1]);
        Assert.True(counts[1] > 0, line);
    }

    [Fact]
    public async Task What_is_wrong_is_said_as_a_store_says_it_and_before_anything_is_sent_where_it_can_be()
    {
        await MakeImagesAsync(seed: 4);
        await File.AppendAllTextAsync(Csv, "nobody,Cardiomegaly,3,R9,0,0,5,5\n", Cancel);
        var local = await FailAsync("wrong", "--store", _folder.File("store"));
        Assert.Equal(local, await FailAsync("wrong", "--server", Url));
        Assert.Contains("image 'nobody' is not in the images folder", Assert.Single(local), StringComparison.Ordinal);

        // Known only once the images are decoded.
        string image = Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Folder, "*.dicom").First(f => !f.Contains("bad", StringComparison.Ordinal)));
        string[] lines = [.. (await File.ReadAllLinesAsync(Csv, Cancel))[..^1], $"{image},Cardiomegaly,3,R9,0,0,5000,5000"];
        await File.WriteAllLinesAsync(Csv, lines, Cancel);
        local = await FailAsync("wrong", "--store", _folder.File("store"));
        Assert.Equal(local[^1], (await FailAsync("wrong", "--server", Url))[^1]);

        await File.WriteAllLinesAsync(Csv, lines[..^1], Cancel);
        CommandResult mended = await RunAsync("wrong", "--server", Url);
        Assert.Equal(0, mended.ExitCode);
        Assert.Contains($"1 files sent, {Images + 1} were there already", mended.ErrorLines);
    }

    [Theory]
    [InlineData("--memory", "100", "--memory")]
    [InlineData("--store", "/tmp/store", "exclude each other")]
    public async Task Options_of_a_store_are_refused_with_a_server(string option, string value, string said)
    {
        await MakeImagesAsync(seed: 5);
        Assert.Contains(said, Assert.Single(await FailAsync("options", "--server", Url, option, value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_server_takes_is_refused_before_anything_is_sent()
    {
        await MakeImagesAsync(seed: 6);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "a:b.dcm"), [1], Cancel);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "a|b.dcm"), [1], Cancel);
        Assert.Equal(2, (await FailAsync("names", "--server", Url)).Count);
    }

    private string Url => server.Address.AbsoluteUri;

    /// <summary>All that a summary says but statistics of headers, which a server's has not, and what was stored, which depends on what was there.</summary>
    private static string[] Fields(JsonElement json) =>
    [
        .. json.EnumerateObject().Where(p => p.Name is not ("statistics" or "uploaded" or "alreadyStored" or "uploadedBytes")).Select(p => $"{p.Name} {p.Value.GetRawText()}"),
    ];

    private async Task MakeImagesAsync(int seed, int size = 64)
    {
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: size, Seed: seed, FindingIds: [3]), Folder, cancellationToken: Cancel);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "bad.dicom"), [1, 2, 3], Cancel);
    }

    private string[] Arguments(string name, params string[] more) => ["dataset", "ingest", name, "--images", Folder, "--annotations", Csv, "-o", "json", .. more];

    private Task<CommandResult> RunAsync(string name, params string[] more) => CommandLine.RunAsync(Arguments(name, more));

    /// <returns>Lines of the error, without those of progress.</returns>
    private async Task<IReadOnlyList<string>> FailAsync(string name, params string[] more)
    {
        CommandResult result = await RunAsync(name, more);
        Assert.Equal(1, result.ExitCode);
        return [.. result.ErrorLines.Where(l => !l.Contains(": done in", StringComparison.Ordinal) && !l.Contains("files sent", StringComparison.Ordinal))];
    }
}
