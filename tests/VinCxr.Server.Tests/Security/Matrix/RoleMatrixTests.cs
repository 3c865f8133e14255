using System.Net;
using System.Net.Http.Json;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Server.Tests.Api;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Security.Matrix;

/// <summary>Every operation of the OpenAPI document by everybody, over HTTP, on a sweep and an upload of <c>ann</c>.</summary>
public sealed class RoleMatrixTests(KeyedServer server) : IClassFixture<KeyedServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_is_answered_as_the_table_says()
    {
        List<string> wrong = [];
        int asked = 0;
        foreach (var operation in await OperationsAsync())
        {
            if (OperationRules.Find(operation.Id) is not { } rule)
            {
                wrong.Add($"{operation.Id} has no row in {nameof(OperationRules)}");
                continue;
            }

            foreach (var caller in KeyedServer.Callers)
            {
                using var request = await RequestAsync(operation);
                using var response = await server.As(caller.Name).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                asked++;
                HttpStatusCode? refusal = caller.Role is not { } role ? HttpStatusCode.Unauthorized
                    : role < rule.Minimum || (rule.OfOwner && role < VinCxr.Server.Security.Role.Operator && caller.Name != "ann")
                    || (OperationRules.IsOfPatients(operation.Id) && !caller.Patients)
                    || (OperationRules.HasNamesOfFiles(operation.Id) && caller is { Patients: false, Name: not "ann" }) ? HttpStatusCode.Forbidden : null;
                bool isRight = refusal is { } expected
                    ? response.StatusCode == expected
                    : response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && operation.Statuses.Contains((int)response.StatusCode);
                if (!isRight)
                {
                    wrong.Add($"{operation.Id} by {caller.Name}: {(int)response.StatusCode}, expected {(refusal is null ? "an answer" : (int)refusal)}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        TestContext.Current.TestOutputHelper!.WriteLine($"{asked} requests");
        Assert.True(asked >= 30 * KeyedServer.Callers.Count, $"{asked} requests");
    }

    [Fact]
    public async Task Nobody_who_may_not_gets_anything_done_however_a_request_is_made()
    {
        const int Requests = 4000;
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var operations = await OperationsAsync();
        var generator = new RequestGenerator(random, await KnownAsync());
        var check = new ContractCheck(Cancel);
        List<string> wrong = [];
        for (int i = 0; i < Requests; i++)
        {
            var operation = operations[i % operations.Count];
            var caller = KeyedServer.Callers[random.Next(KeyedServer.Callers.Count)];
            var request = generator.Next(operation, RequestBodies.Valid(operation), large: false);

            // A drawn name of dots leads to another operation, of another rule: clients resolve it before they send.
            bool isOther = Depth(request.RequestUri!) != Depth(new Uri(operation.Path, UriKind.Relative));
            var (status, problem) = await check.SendAsync(server.As(caller.Name), operation, request);
            var rule = OperationRules.Find(operation.Id);
            Assert.True(rule is not null, operation.Id);
            bool isDone = !isOther && (status is < 300 or 409);
            if (problem is not null || (isDone && !(caller.Role >= rule.Minimum && (caller.Patients || !OperationRules.IsOfPatients(operation.Id)))))
            {
                wrong.Add(problem ?? $"{operation.Id} by {caller.Name}: {status}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
    }

    [Fact]
    public async Task A_watcher_whose_key_is_revoked_is_told_no_more()
    {
        // Whether it runs, and so has news, or waits for a node that another test has drained.
        var key = await server.CreateKeyOnStoreAsync(new("watcher", "viewer"));
        string sweep = (await server.SubmitAsync(ApiServer.Yaml("watched", epochs: 100_000))).Id;
        using var watcher = new HttpClient { BaseAddress = server.Client.BaseAddress };
        watcher.DefaultRequestHeaders.Authorization = new("Bearer", key.Key);
        List<string> events = [];
        await foreach (var item in Api.Events.SseReader.ReadAsync(watcher, $"sweeps/{sweep}/events", null, Cancel))
        {
            events.Add(item.EventType);
            if (events.Count == 1)
            {
                using var revoked = await server.Client.DeleteAsync($"keys/{key.Info.Id}", Cancel);
                revoked.EnsureSuccessStatusCode();
            }
        }

        Assert.DoesNotContain("end", events);
        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await watcher.GetAsync($"sweeps/{sweep}/events", Cancel));
        using var cancelled = await server.Client.PostAsync($"sweeps/{sweep}/cancel", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
    }

    private int Depth(Uri path) => new Uri(server.Client.BaseAddress!, path).Segments.Length;

    private Task<IReadOnlyList<ApiOperation>> OperationsAsync() => ApiOperation.ReadAsync(server.Client, new Uri(server.Address, "/openapi/v1.json"));

    private async Task<Dictionary<string, string[]>> KnownAsync() => new()
    {
        ["sweep"] = [server.OfAnn.Id],
        ["trial"] = [$"{server.OfAnn.Id}-v0-f0"],
        ["kind"] = ["weights"],
        ["queue"] = ["spare"],
        ["node"] = [ApiServer.Node],
        ["reference"] = [ApiServer.Dataset],
        ["ensemble"] = ["e0-wbf"],
        ["image"] = [(await server.Client.GetFromJsonAsync<Page<ImageEntry>>($"datasets/{ApiServer.Dataset}/images?limit=1", ApiJson.Options, Cancel))!.Items[0].Id],
        ["id"] = [(await server.CreateKeyOnStoreAsync(new("scratch", "viewer"))).Info.Id],
        ["dataset"] = ["anns"],
        ["upload"] = [(await server.UploadOfAnnAsync()).Id],
        ["file"] = ["a.dicom"],
    };

    private async Task<HttpRequestMessage> RequestAsync(ApiOperation operation)
    {
        string path = operation.Path;
        foreach (var (name, values) in await KnownAsync())
        {
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(values[0]), StringComparison.Ordinal);
        }

        var request = new HttpRequestMessage(operation.Method, path);
        if (RequestBodies.Valid(operation) is { } body)
        {
            request.Content = new StringContent(body, Encoding.UTF8, operation.BodyTypes[0]);
        }

        return request;
    }
}
