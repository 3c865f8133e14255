using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Sweeps;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Sweeps;

/// <summary>Submission: what is refused, what a key means, and what a crash leaves.</summary>
public sealed class SweepSubmissionTests
{
    private const string Collection = "grain-sweeps";

    [Fact]
    public async Task A_changed_file_under_one_key_is_refused_with_what_differs()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        string yaml = TestCluster.Yaml();
        var first = await cluster.Registry.SubmitAsync(new SubmitSweep(yaml, Key: "k"));

        var again = await cluster.Registry.SubmitAsync(new SubmitSweep($"# the same in other words\n{yaml}\nstop: {{method: none}}", Key: "k"));
        var changed = await Assert.ThrowsAsync<ConflictException>(() => cluster.Registry.SubmitAsync(
            new SubmitSweep(yaml.Replace("epochs: 3", "epochs: 4").Replace("[0.01, 0.1]", "[0.02, 0.1]"), Key: "k")));

        Assert.Equal(first.Id, again.Id);
        Assert.Contains($"key 'k' belongs to sweep {first.Id}", changed.Message, StringComparison.Ordinal);
        Assert.Contains("train.epochs: '3' became '4'; parameters.train.lr: '{values: [0.01, 0.1]}' became '{values: [0.02, 0.1]}'", changed.Message, StringComparison.Ordinal);
        Assert.Single(await cluster.Registry.ListAsync());
    }

    [Fact]
    public async Task The_file_first_submitted_under_a_key_is_meant_even_after_an_extension()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var first = await cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), Key: "k"));
        await cluster.Sweep(first.Id).ExtendAsync(TestCluster.Yaml("resources: {priority: 60}"));

        Assert.Equal(first.Id, (await cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), Key: "k"))).Id);
        Assert.Equal(60, (await cluster.Sweep(first.Id).GetAsync()).Priority);
    }

    [Fact]
    public async Task An_unknown_queue_is_refused_with_those_that_exist()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.SubmitAsync(TestCluster.Yaml("resources: {queue: nowhere}")));

        Assert.Equal("resources.queue: there is no queue 'nowhere'; known are default", Assert.Single(refused.Errors));
        Assert.Empty(await cluster.Registry.ListAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_during_a_submission_neither_loses_the_sweep_nor_makes_it_twice(bool created)
    {
        using var folder = new TempDirectory();
        string id;
        await using (var first = await TestCluster.StartAsync(folder, trainer: null))
        {
            id = (await first.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), Key: "k", User: "ada"))).Id;
        }

        id = await ForgetCreationAsync(folder, created);

        await using var second = await TestCluster.StartAsync(folder, new FakeTrainer());
        await Eventually.ReadAsync(second.Registry.ListAsync, l => l.Length == 1, "listed", TestCluster.Cancel);
        Assert.Equal(id, (await second.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), Key: "k"))).Id);
        var sweep = await second.EndOfAsync(id);

        Assert.Equal((SweepState.Succeeded, 4), (sweep.Summary.State, sweep.Trials.Length));
        Assert.Single(await second.Registry.ListAsync());
        string[] decisions = await second.DecisionsAsync(id);
        Assert.Single(decisions, d => d.StartsWith("submitted by ada", StringComparison.Ordinal));
        Assert.Equal(2, decisions.Count(d => d.StartsWith("proposed ", StringComparison.Ordinal)));
    }

    /// <summary>The store as a crash leaves it after the registry entered a sweep: before the sweep was created, or before the registry heard of that.</summary>
    private static async Task<string> ForgetCreationAsync(TempDirectory folder, bool created)
    {
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: false, TestCluster.Cancel);
        var registry = await FindAsync<RegistryDocument>(store, Collection, ISweepRegistryGrain.Key);
        var entry = Assert.Single(registry.State.Sweeps);
        Assert.Null(entry.Creating);
        var sweep = await FindAsync<SweepDocument>(store, "grain-sweep", entry.Id);
        entry = entry with { Id = created ? entry.Id : "my-sweep-abcdef", Creating = sweep.State.Request };
        await PutAsync(store, Collection, ISweepRegistryGrain.Key, registry.State with { Sweeps = [entry] });
        return entry.Id;
    }

    private static async Task<Stored<T>> FindAsync<T>(IStore store, string collection, string id) =>
        StateJson.Read<Stored<T>>((await store.Documents.FindAsync(collection, id, TestCluster.Cancel))!.Json);

    private static Task<string> PutAsync<T>(IStore store, string collection, string id, T state) =>
        store.Documents.PutAsync(collection, id, StateJson.Write(new Stored<T>(StateSchema.Current.Version, state)), "*", TestCluster.Cancel);

    private sealed record Stored<T>(int Schema, T State);
}
