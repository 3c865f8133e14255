using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

/// <summary>Verbs that talk to grains, on a store without a server.</summary>
public sealed class ClusterVerbTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_empty_store_lists_nothing_and_names_what_is_missing()
    {
        await using (await Data.Stores.StoreFactory.OpenAsync(Store, create: true, TestContext.Current.CancellationToken))
        {
        }

        Assert.Equal("[]", (await CommandLine.RunAsync("sweep", "ls", "--store", Store, "-o", "json")).Out.Trim());
        Assert.Equal("[]", (await CommandLine.RunAsync("dataset", "ls", "--store", Store, "-o", "json")).Out.Trim());
        Assert.Contains("'nope'", Assert.Single(await CommandLine.FailAsync(1, "leaderboard", "nope", "--store", Store)), StringComparison.Ordinal);
        Assert.Contains("'nope'", Assert.Single(await CommandLine.FailAsync(1, "trial", "metrics", "nope", "--store", Store)), StringComparison.Ordinal);
        Assert.Contains("'nope'", Assert.Single(await CommandLine.FailAsync(1, "dataset", "show", "nope", "--store", Store)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_on_an_unknown_data_set_is_refused_and_not_recorded()
    {
        await using (await Data.Stores.StoreFactory.OpenAsync(Store, create: true, TestContext.Current.CancellationToken))
        {
        }

        string file = _folder.File("sweep.yaml");
        await File.WriteAllTextAsync(file, "name: x\ndataset: nope\n", TestContext.Current.CancellationToken);

        Assert.Contains("nope", Assert.Single(await CommandLine.FailAsync(1, "sweep", "submit", file, "--store", Store)), StringComparison.Ordinal);
        Assert.Equal("[]", (await CommandLine.RunAsync("sweep", "ls", "--store", Store, "-o", "json")).Out.Trim());
    }

    [Fact]
    public async Task A_store_that_is_a_file_is_one_line()
    {
        string file = _folder.File("store");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        foreach (string[] verb in new string[][] { ["sweep", "ls"], ["dataset", "ingest", "x", "--images", _folder.Path] })
        {
            string line = Assert.Single(await CommandLine.FailAsync(1, [.. verb, "--store", Store]));
            Assert.Contains($"'{file}': it is a file", line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sweep", "ls")]
    [InlineData("leaderboard", "x")]
    [InlineData("node", "ls")]
    [InlineData("queue", "ls")]
    [InlineData("ensemble", "show", "x")]
    public async Task A_vanished_store_is_one_line(params string[] args)
    {
        string line = Assert.Single(await CommandLine.FailAsync(1, [.. args, "--store", "file:///nowhere/at/all"]));

        Assert.Contains("/nowhere/at/all", line, StringComparison.Ordinal);
    }
}
