using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using VinCxr.Contracts.Sweeps;
using VinCxr.Testing;

namespace VinCxr.Contracts.Tests;

/// <summary>
/// Silos of two versions talk to each other while a cluster is updated. <c>history/</c> holds, of each version that was ever deployed, its wire format and one
/// serialized message of every kind. To add the present version, raise its number in Directory.Build.props and run
/// <c>VINCXR_WRITE_HISTORY=1 VinCxr.Contracts.Tests -method '*The_present_version*'</c>. A file in <c>history/</c> is never edited.
/// </summary>
public sealed class OlderVersionsTests
{
    private static readonly string Present = typeof(ISweepGrain).Assembly.GetName().Version!.ToString(3);

    private static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true };

    private static readonly Serializer Serializer = new ServiceCollection()
        .AddSerializer(builder => builder.AddAssembly(typeof(ISweepGrain).Assembly)).BuildServiceProvider().GetRequiredService<Serializer>();

    private static Dictionary<string, Type> Messages { get; } = typeof(ISweepGrain).Assembly.GetExportedTypes()
        .Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null).ToDictionary(t => t.GetCustomAttribute<AliasAttribute>()!.Alias);

    public static TheoryData<string> Versions =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "history"), "*.messages").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Messages_of_an_older_version_read_as_they_were_written(string version)
    {
        Assert.Empty(Lost(File.ReadLines(HistoryOf(version, "messages"))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_an_older_version_calls_and_sends_is_still_there(string version)
    {
        var now = WireFormatTests.Sections(WireFormatTests.Describe());
        var lost = WireFormatTests.Sections(File.ReadAllText(HistoryOf(version, "wire-format")))
            .SelectMany(section => section.Value.Except(now.GetValueOrDefault(section.Key, [])).Select(line => $"{section.Key}: {line.Trim()}"));
        Assert.Empty(lost);
    }

    [Fact]
    public void A_member_that_is_taken_away_is_noticed()
    {
        var old = JsonNode.Parse("""{"a": 1, "b": [{"c": "x"}], "d": null}""");
        Assert.Empty(JsonSubset.Lost(old, JsonNode.Parse("""{"a": 1, "b": [{"c": "x", "new": 2}], "d": null, "e": 3}""")));
        Assert.Equal(
            ["$.a is gone", "$.b[0].c was \"x\", reads as \"y\"", "$.d is gone"], JsonSubset.Lost(old, JsonNode.Parse("""{"b": [{"c": "y"}]}""")));
    }

    [Fact]
    public void The_present_version_reads_its_own_messages()
    {
        string[] lines = [.. Messages.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m =>
        {
            object sample = new SampleValues().Of(m.Value);
            return $"{m.Key}\t{Convert.ToBase64String(Serializer.SerializeToArray(sample))}\t{JsonSerializer.Serialize(sample, m.Value, Json)}";
        })];
        Assert.Empty(Lost(lines));
        if (Environment.GetEnvironmentVariable("VINCXR_WRITE_HISTORY") is not null)
        {
            string folder = Path.Combine(SourceFolder(), "history");
            Assert.False(File.Exists(Path.Combine(folder, $"{Present}.messages")), $"{Present} stands on record; raise Version in Directory.Build.props");
            File.WriteAllText(Path.Combine(folder, $"{Present}.wire-format"), WireFormatTests.Describe());
            File.WriteAllLines(Path.Combine(folder, $"{Present}.messages"), lines);
        }
    }

    private static List<string> Lost(IEnumerable<string> lines)
    {
        var lost = new List<string>();
        foreach (string line in lines)
        {
            string[] parts = line.Split('\t');
            if (!Messages.TryGetValue(parts[0], out var type))
            {
                lost.Add($"{parts[0]} is gone");
                continue;
            }

            object? read = Serializer.Deserialize<object>(Convert.FromBase64String(parts[1]));
            lost.AddRange(read?.GetType() == type
                ? JsonSubset.Lost(JsonNode.Parse(parts[2]), JsonSerializer.SerializeToNode(read, type, Json), parts[0])
                : [$"{parts[0]} reads as {read?.GetType().Name ?? "null"}"]);
        }

        return lost;
    }

    private static string HistoryOf(string version, string kind) => Path.Combine(AppContext.BaseDirectory, "history", $"{version}.{kind}");

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
