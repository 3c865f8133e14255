using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Server.Tests.Security;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api.Events;

/// <summary>Event streams of a real server, over connections that a client drops.</summary>
public sealed class StreamTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int Epochs = 30;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_is_told_whole_to_a_client_that_comes_back_after_every_event()
    {
        string id = (await server.SubmitAsync(ApiServer.Yaml("dropped", Epochs))).Id;
        SweepDetails? known = null;
        HashSet<string> seen = [];
        await foreach (var item in DroppingAsync($"sweeps/{id}/events"))
        {
            Assert.Equal(SweepEvent.Name, item.EventType);
            Assert.True(seen.Add(item.EventId!), $"{item.EventId} came twice");
            known = JsonSerializer.Deserialize<SweepEvent>(item.Data, ApiJson.Options)!.ApplyTo(known);
        }

        var now = await server.Client.GetFromJsonAsync<SweepDetails>($"sweeps/{id}", ApiJson.Options, Cancel);
        Assert.Equal(JsonSerializer.Serialize(now!.Trials, ApiJson.Options), JsonSerializer.Serialize(known!.Trials, ApiJson.Options));
        Assert.Equal(SweepState.Succeeded, known.Summary.State);
    }

    [Fact]
    public async Task Metrics_and_log_lines_of_a_trial_come_once_each_and_in_order()
    {
        string trial = $"{(await server.SubmitAsync(ApiServer.Yaml("trial", Epochs))).Id}-v0-f0";
        await Testing.Eventually.ReadAsync(
            async () =>
            {
                using var response = await server.Client.GetAsync($"trials/{trial}", Cancel);
                return response.StatusCode;
            },
            s => s == HttpStatusCode.OK, "planned", Cancel);
        List<long> metrics = [], lines = [];
        TrialSummary? last = null;
        await foreach (var item in DroppingAsync($"trials/{trial}/events"))
        {
            switch (item.EventType)
            {
                case "metric":
                    metrics.Add(JsonSerializer.Deserialize<MetricPoint>(item.Data, ApiJson.Options)!.Sequence);
                    break;
                case "log":
                    lines.Add(JsonSerializer.Deserialize<LogLine>(item.Data, ApiJson.Options)!.Sequence);
                    break;
                default:
                    last = JsonSerializer.Deserialize<TrialSummary>(item.Data, ApiJson.Options);
                    break;
            }
        }

        Assert.Equal(TrialState.Succeeded, last?.State);
        Assert.Equal(Sequences(await server.Client.GetFromJsonAsync<MetricPoint[]>($"trials/{trial}/metrics", ApiJson.Options, Cancel), m => m.Sequence), metrics);
        Assert.Equal(Sequences(await server.Client.GetFromJsonAsync<LogLine[]>($"trials/{trial}/log", ApiJson.Options, Cancel), l => l.Sequence), lines);
        Assert.True(metrics.Count >= Epochs, $"{metrics.Count} metrics");
    }

    [Theory]
    [InlineData("sweeps/none/events")]
    [InlineData("trials/none/events")]
    public async Task What_does_not_exist_is_a_problem_and_no_stream(string path) =>
        await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await server.Client.GetAsync(path, Cancel));

    [Theory]
    [InlineData("sweeps", "nonsense")]
    [InlineData("sweeps", "0.0.0")]
    [InlineData("trials", "-5.x")]
    [InlineData("trials", "99999999999999999999.1")]
    public async Task An_id_that_is_none_gives_everything(string what, string id)
    {
        string path = what == "sweeps" ? $"sweeps/{server.Ended.Id}/events" : $"trials/{server.Ended.Id}-v0-f0/events";
        var all = await SseReader.ReadAsync(server.Client, path, null, Cancel).ToListAsync(Cancel);
        var again = await SseReader.ReadAsync(server.Client, path, id, Cancel).ToListAsync(Cancel);
        Assert.Equal(all.Select(e => e.Data), again.Select(e => e.Data));
        Assert.Equal("end", again[^1].EventType);
    }

    private static IEnumerable<long> Sequences<T>(T[]? items, Func<T, long> sequence)
    {
        Assert.NotNull(items);
        return items.Select(sequence);
    }

    /// <summary>Events of a path until <c>end</c>, over a new connection for each few of them.</summary>
    private async IAsyncEnumerable<SseItem<string>> DroppingAsync(string path)
    {
        string? last = null;
        for (int connection = 1; ; connection++)
        {
            int left = 1 + (connection % 3);
            await foreach (var item in SseReader.ReadAsync(server.Client, path, last, Cancel))
            {
                if (item.EventType == "end")
                {
                    yield break;
                }

                last = item.EventId;
                yield return item;
                if (--left == 0)
                {
                    break;
                }
            }
        }
    }
}
