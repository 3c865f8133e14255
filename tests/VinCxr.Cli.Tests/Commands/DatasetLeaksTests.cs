using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

/// <summary>Phantoms of which three are in the set twice, under other names.</summary>
public sealed class DatasetLeaksTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copies_across_folds_are_found_reported_before_training_and_kept_together_on_request()
    {
        string[] copied = await IngestAsync();
        string sweep = _folder.File("sweep.yaml");
        await File.WriteAllTextAsync(sweep, "{name: s, dataset: p, folds: {count: 4, seed: 3}}", TestContext.Current.CancellationToken);
        Assert.Contains(
            (await CommandLine.RunAsync("sweep", "preview", sweep, "--store", Store)).ErrorLines, l => l.Contains("were not looked for", StringComparison.Ordinal));

        JsonElement report = (await RunAsync("leaks", "p", "--folds", "4", "--seed", "3", "--distribution", "-o", "json")).Json;

        JsonElement[] pairs = [.. report.GetProperty("pairs").EnumerateArray()];
        Assert.Equal(copied.Select(id => (id, $"{id}-copy")), pairs.Select(p => (p.GetProperty("a").GetString()!, p.GetProperty("b").GetString()!)));
        Assert.All(pairs, p => Assert.Equal((0, 1), (p.GetProperty("distance").GetInt32(), p.GetProperty("correlation").GetDouble())));
        int crossing = report.GetProperty("crossing").GetInt32();
        Assert.Equal(pairs.Count(p => p.GetProperty("foldA").GetInt32() != p.GetProperty("foldB").GetInt32()), crossing);
        Assert.True(crossing > 0);
        Assert.Equal(27 * 26 / 2, report.GetProperty("distribution").EnumerateArray().Sum(d => d.GetProperty("pairs").GetInt32()));

        Assert.Equal(1, (await RunAsync("leaks", "p", "--folds", "4", "--seed", "3", "--fail")).ExitCode);
        CommandResult grouped = await RunAsync("leaks", "p", "--folds", "4", "--seed", "3", "--fail", "--group-by", "near-duplicates");
        Assert.Equal(0, grouped.ExitCode);
        Assert.Contains("3 near-duplicate pairs, none across the 4 folds", grouped.ErrorLines[^1], StringComparison.Ordinal);

        Assert.Contains(
            (await CommandLine.RunAsync("sweep", "preview", sweep, "--store", Store)).ErrorLines,
            l => l.StartsWith($"warning: {crossing} near-duplicate pairs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Groups_of_a_file_share_a_fold_and_can_be_kept_for_sweeps()
    {
        await IngestAsync();
        string[] images = [.. Rows(await RunAsync("folds", "p", "-o", "csv")).Select(r => r.Image)];
        string groups = _folder.File("patients.csv");
        await File.WriteAllTextAsync(
            groups, "image_id,group\n" + string.Concat(images.Take(12).Select((id, i) => $"{id},patient{i / 4}\n")), TestContext.Current.CancellationToken);

        (string Image, string Fold)[] rows = Rows(await RunAsync("folds", "p", "--count", "3", "--group-by", groups, "--save-groups", "patients", "-o", "csv"));

        Assert.All(rows.Where(r => images.Take(12).Contains(r.Image)).Chunk(4), patient => Assert.Single(patient.Select(r => r.Fold).Distinct()));
        Assert.Equal(rows, Rows(await RunAsync("folds", "p", "--count", "3", "--group-by", "patients", "-o", "csv")));
        CommandResult unknown = await RunAsync("folds", "p", "--group-by", "hospitals");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("'hospitals'", Assert.Single(unknown.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<string[]> IngestAsync()
    {
        string images = _folder.File("images"), csv = Path.Combine(images, "train.csv");
        Assert.Equal(0, (await CommandLine.RunAsync("phantom", "--count", "24", "--size", "96", "--normal", "0.5", "--out", images)).ExitCode);
        string[] copied = [.. Directory.GetFiles(images, "*.dicom").Order(StringComparer.Ordinal).Take(3).Select(f => Path.GetFileNameWithoutExtension(f))];
        string[] lines = await File.ReadAllLinesAsync(csv);
        foreach (string id in copied)
        {
            File.Copy(Path.Combine(images, $"{id}.dicom"), Path.Combine(images, $"{id}-copy.dicom"));
            await File.AppendAllLinesAsync(csv, lines.Where(l => l.StartsWith($"{id},", StringComparison.Ordinal)).Select(l => l.Replace(id, $"{id}-copy", StringComparison.Ordinal)));
        }

        Assert.Equal(0, (await CommandLine.RunAsync("dataset", "ingest", "p", "--images", images, "--annotations", csv, "--store", Store)).ExitCode);
        return copied;
    }

    private Task<CommandResult> RunAsync(params string[] args) => CommandLine.RunAsync(["dataset", .. args, "--store", Store]);

    private static (string Image, string Fold)[] Rows(CommandResult result)
    {
        Assert.True(result.ExitCode == 0, string.Join(" | ", result.ErrorLines));
        return [.. result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(r => r.Split(',')).Select(f => (f[0], f[1]))];
    }
}
