using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api;

/// <summary>Every operation of the OpenAPI document with valid, missing, malformed and oversized input: an answer of the document, never a defect.</summary>
public sealed class ContractTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int Requests = 12_000;
    private const int LargeEvery = 400;
    private const int AtOnce = 8;

    [Fact]
    public async Task Drawn_requests_are_answered_as_documented()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("VINCXR_CONTRACT_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"VINCXR_CONTRACT_SEED={seed}");
        var operations = await ApiOperation.ReadAsync(server.Client, new Uri(server.Address, "/openapi/v1.json"));
        var details = await ReadAsync(server, server.Ended.Id);

        // What was predicted is gone once another request has sent a sweep back to training.
        var reviewed = await server.WaitAsync((await server.SubmitAsync(ApiServer.Yaml("reviewed"))).Id);
        string[] reviewedTrials = await ReadAsync(server, reviewed.Id);
        var generator = new RequestGenerator(new Random(seed), new Dictionary<string, string[]>
        {
            ["sweep"] = [server.Ended.Id, server.Ended.Name],
            ["trial"] = [.. details],
            ["kind"] = ["weights", "predictions", "checkpoint"],
            ["queue"] = ["default", "spare"],
            ["node"] = [ApiServer.Node],
            ["reference"] = [ApiServer.Dataset],
            ["image"] = [.. (await server.Client.GetFromJsonAsync<Page<ImageEntry>>($"datasets/{ApiServer.Dataset}/images", ApiJson.Options, TestContext.Current.CancellationToken))!.Items.Select(i => i.Id)],
            ["ensemble"] = ["e0-wbf"],
            ["ListTrialImages.trial"] = reviewedTrials,
            ["GetTrialImage.trial"] = reviewedTrials,
            ["GetTrialImageActivation.trial"] = reviewedTrials,
            ["ListEnsembleImages.sweep"] = [reviewed.Id],
            ["GetEnsembleImage.sweep"] = [reviewed.Id],
            ["dataset"] = ["drawn"],
            ["upload"] = [await CreateUploadAsync("kept")],
            ["RemoveUpload.upload"] = [await CreateUploadAsync("removed")],
            ["file"] = ["a.dicom", "more/b.dcm", "train.csv"],
            ["id"] = [(await server.CreateKeyAsync("revoked")).Info.Id],
        });
        var statuses = new Dictionary<(string Operation, int Status), int>();
        var check = new ContractCheck(TestContext.Current.CancellationToken);
        List<string> wrong = [];
        foreach (var chunk in Enumerable.Range(0, Requests).Chunk(AtOnce))
        {
            var drawn = chunk.Select(i => (Number: i, Operation: operations[i % operations.Count]))
                .Select(d => (d.Operation, Request: Draw(d.Operation, d.Number < operations.Count, d.Number % LargeEvery == 0, generator))).ToArray();
            foreach (var (operation, (status, problem)) in await Task.WhenAll(drawn.Select(async d => (d.Operation, await check.SendAsync(server.Client, d.Operation, d.Request)))))
            {
                statuses[(operation.Id, status)] = statuses.GetValueOrDefault((operation.Id, status)) + 1;
                if (problem is not null)
                {
                    wrong.Add(problem);
                }
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', statuses.OrderBy(s => s.Key).Select(s => $"{s.Key.Operation} {s.Key.Status}: {s.Value}")));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        Assert.Equal(Requests, statuses.Values.Sum());

        // A sweep that another request has ended can be paused no more.
        Assert.All(operations, o => Assert.True(statuses.Keys.Any(k => k.Operation == o.Id && k.Status is (< 300 or 409)), $"{o.Id} was never done"));
    }

    /// <summary>The first of each operation is right, so that whether it can be done at all is not left to chance.</summary>
    private static HttpRequestMessage Draw(ApiOperation operation, bool isFirst, bool isLarge, RequestGenerator generator)
    {
        string? valid = RequestBodies.Valid(operation);

        // A client that sends a long body to a stream waits for it to be read before it listens.
        return isFirst ? generator.Right(operation, valid) : generator.Next(operation, valid, isLarge && !operation.IsStream);
    }

    private async Task<string> CreateUploadAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "datasets/drawn/uploads");
        request.Headers.Add("Idempotency-Key", key);
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<UploadInfo>(ApiJson.Options, TestContext.Current.CancellationToken))!.Id;
    }

    private static async Task<string[]> ReadAsync(ApiServer server, string sweep)
    {
        using var json = JsonDocument.Parse(await server.Client.GetStringAsync($"sweeps/{sweep}", TestContext.Current.CancellationToken));
        return [.. json.RootElement.GetProperty("trials").EnumerateArray().Select(t => t.GetProperty("id").GetString()!)];
    }
}
