using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Persistence;

/// <summary>
/// Stores outlive versions. <c>history/</c> holds, of each version that was ever deployed, one state of every kind of grain as it lies in a store. To add the present
/// version, raise its number in Directory.Build.props and run <c>VINCXR_WRITE_HISTORY=1 VinCxr.Orchestration.Tests -method '*The_present_version*'</c>.
/// A file in <c>history/</c> is never edited.
/// </summary>
public sealed class OlderStatesTests
{
    private static readonly string Present = typeof(StoreGrainStorage).Assembly.GetName().Version!.ToString(3);

    private static readonly JsonSerializerOptions Json = new(StateJson.Options) { IgnoreReadOnlyProperties = true };

    /// <summary>Name and type of every state that a grain keeps.</summary>
    private static Dictionary<string, Type> States { get; } = (
        from type in typeof(StoreGrainStorage).Assembly.GetTypes()
        where type.IsAssignableTo(typeof(Grain))
        from parameter in type.GetConstructors().SelectMany(c => c.GetParameters())
        let name = parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName
        where name is not null
        select (name, parameter.ParameterType.GetGenericArguments()[0])).ToDictionary(s => s.name, s => s.Item2);

    public static TheoryData<string> Versions =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Persistence", "history"), "*.states").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task States_of_an_older_version_are_read_in_full(string version)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Persistence", "history", $"{version}.states");
        Assert.Empty(await LostAsync(File.ReadLines(path)));
    }

    [Fact]
    public async Task The_present_version_reads_its_own_states()
    {
        string[] lines = [.. States.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s =>
            $"{s.Key}\t{{\"schema\":{StateSchema.Current.Version},\"state\":{JsonSerializer.Serialize(new SampleValues().Of(s.Value), s.Value, Json)}}}")];
        Assert.Empty(await LostAsync(lines));
        if (Environment.GetEnvironmentVariable("VINCXR_WRITE_HISTORY") is not null)
        {
            string path = Path.Combine(SourceFolder(), "history", $"{Present}.states");
            Assert.False(File.Exists(path), $"{Present} stands on record; raise Version in Directory.Build.props");
            await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<List<string>> LostAsync(IEnumerable<string> lines)
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.File("store"), create: true, TestContext.Current.CancellationToken);
        var lost = new List<string>();
        foreach (string line in lines)
        {
            string[] parts = line.Split('\t');
            if (!States.TryGetValue(parts[0], out var type))
            {
                lost.Add($"state '{parts[0]}' is gone");
                continue;
            }

            await store.Documents.PutAsync($"grain-{parts[0]}", "key", parts[1], null, TestContext.Current.CancellationToken);
            object read = await (Task<object>)typeof(OlderStatesTests).GetMethod(nameof(ReadAsync), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type).Invoke(null, [store, parts[0]])!;
            lost.AddRange(JsonSubset.Lost(JsonNode.Parse(parts[1])!["state"], JsonSerializer.SerializeToNode(read, type, Json), parts[0]));
        }

        return lost;
    }

    private static async Task<object> ReadAsync<T>(IStore store, string name)
    {
        var state = new GrainState<T>();
        await new StoreGrainStorage(store).ReadStateAsync(name, GrainId.Create("any", "key"), state);
        return state.State!;
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
