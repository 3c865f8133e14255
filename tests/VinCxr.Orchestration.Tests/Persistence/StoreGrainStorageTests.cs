using System.Text.Json.Nodes;
using Orleans.Storage;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Persistence;

public sealed class StoreGrainStorageTests
{
    private static readonly GrainId Id = GrainId.Create("thing", "a/b c");

    [Fact]
    public async Task State_survives_a_round_trip_and_a_second_writer_is_refused()
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        var storage = new StoreGrainStorage(store);
        var mine = await ReadAsync(storage);
        Assert.False(mine.RecordExists);

        mine.State = new Thing { Name = "first", Parameters = new() { ["a"] = 1.0, ["b"] = 2L, ["c"] = true, ["d"] = "s" } };
        await storage.WriteStateAsync("thing", Id, mine);
        var other = await ReadAsync(storage);
        Assert.True(other.RecordExists);
        Assert.Equal("first", other.State!.Name);
        Assert.Equal<object>([1.0, 2L, true, "s"], other.State!.Parameters.Values);

        await storage.WriteStateAsync("thing", Id, other);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("thing", Id, mine));

        await storage.ClearStateAsync("thing", Id, other);
        Assert.False((await ReadAsync(storage)).RecordExists);
    }

    [Fact]
    public async Task State_of_newer_code_is_refused_by_name()
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        await store.Documents.PutAsync("grain-thing", "a/b c", """{"schema":99,"state":{}}""", null, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(new StoreGrainStorage(store)));
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_of_an_older_schema_is_lifted_step_by_step_and_written_in_the_new_one()
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        await store.Documents.PutAsync("grain-thing", "a/b c", """{"schema":1,"state":{"title":"old"}}""", null, TestContext.Current.CancellationToken);
        var schema = new StateSchema(
            3,
            new StateUpgrade(1, "thing", s => new JsonObject { ["label"] = s["title"]!.DeepClone() }),
            new StateUpgrade(2, "thing", s => new JsonObject { ["name"] = $"{s["label"]}er" }),
            new StateUpgrade(2, "other", _ => throw new InvalidOperationException("another kind of state")));
        var storage = new StoreGrainStorage(store, schema);

        var state = await ReadAsync(storage);

        Assert.Equal("older", state.State!.Name);
        Assert.Contains("\"schema\":1", (await store.Documents.FindAsync("grain-thing", "a/b c", TestContext.Current.CancellationToken))!.Json, StringComparison.Ordinal);
        await storage.WriteStateAsync("thing", Id, state);
        Assert.Contains("\"schema\":3", (await store.Documents.FindAsync("grain-thing", "a/b c", TestContext.Current.CancellationToken))!.Json, StringComparison.Ordinal);
        Assert.Equal("older", (await ReadAsync(storage)).State!.Name);
        var error = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(new StoreGrainStorage(store)));
        Assert.Equal("grain-thing/a/b c has schema 3, this version reads up to 1: update vincxr", error.Message);
    }

    [Theory]
    [InlineData("""{"schema":0,"state":{}}""", "has schema 0")]
    [InlineData("""{"schema":1,"state":null}""", "holds no state")]
    [InlineData("""{"schema":1,"state":{"name":7}}""", "name")]
    [InlineData("""[]""", "cannot be read")]
    public async Task Damaged_state_is_one_error_that_names_the_document(string json, string part)
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        await store.Documents.PutAsync("grain-thing", "a/b c", json, null, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(new StoreGrainStorage(store)));

        Assert.StartsWith("grain-thing/a/b c ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static async Task<GrainState<Thing>> ReadAsync(StoreGrainStorage storage)
    {
        var state = new GrainState<Thing>();
        await storage.ReadStateAsync("thing", Id, state);
        return state;
    }

    private sealed record Thing
    {
        public string Name { get; init; } = "";

        public Dictionary<string, object> Parameters { get; init; } = [];
    }
}
