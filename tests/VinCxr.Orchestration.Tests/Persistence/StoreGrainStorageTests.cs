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
