using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting;

public sealed class EmbeddedClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fresh_store_has_no_sweeps()
    {
        using var folder = new TempDirectory();
        await using var cluster = await EmbeddedCluster.ConnectAsync(folder.Path, new EmbeddedOptions { CreateStore = true }, Cancel);

        Assert.True(cluster.IsEmbedded);
        Assert.Empty(await Registry(cluster).ListAsync());
    }

    [Fact]
    public async Task A_second_connection_joins_a_lasting_server_as_a_client_and_sees_its_errors_intact()
    {
        using var folder = new TempDirectory();
        var lasting = new EmbeddedOptions { CreateStore = true, Agent = new AgentSettings { NodeName = "first" } };
        await using var server = await EmbeddedCluster.ConnectAsync(folder.Path, lasting, Cancel);
        await using var client = await EmbeddedCluster.ConnectAsync(folder.Path, new EmbeddedOptions(), Cancel);

        Assert.False(client.IsEmbedded);
        foreach (var cluster in new[] { server, client })
        {
            var missing = await Assert.ThrowsAsync<NotFoundException>(() => cluster.Grains.GetGrain<ITrialGrain>("no-such").GetAsync());
            Assert.Contains("'no-such'", missing.Message, StringComparison.Ordinal);

            var invalid = await Assert.ThrowsAsync<InvalidInputException>(() => Registry(cluster).SubmitAsync(new SubmitSweep("name: 7\nbogus: 1\nfolds: {count: 1}")));
            Assert.True(invalid.Errors.Count > 1, invalid.Message);
        }
    }

    [Fact]
    public async Task A_store_that_does_not_exist_is_one_clear_error()
    {
        using var folder = new TempDirectory();
        string nowhere = folder.File("nowhere");

        var error = await Assert.ThrowsAsync<StoreException>(() => EmbeddedCluster.ConnectAsync(nowhere, cancellationToken: Cancel));

        Assert.Contains(nowhere, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public async Task The_store_is_free_again_after_the_cluster_is_disposed()
    {
        using var folder = new TempDirectory();
        await (await EmbeddedCluster.ConnectAsync(folder.Path, new EmbeddedOptions { CreateStore = true }, Cancel)).DisposeAsync();

        Assert.False(File.Exists(folder.File("server.json")));
        await using var second = await EmbeddedCluster.ConnectAsync(folder.Path, cancellationToken: Cancel);
        Assert.True(second.IsEmbedded);
    }

    private static ISweepRegistryGrain Registry(EmbeddedCluster cluster) => cluster.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);
}
