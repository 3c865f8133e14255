using System.Net;
using System.Net.Http.Json;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Tests.Security.Endpoints;

public sealed class SecurityEndpointsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_admin_makes_lists_and_revokes_keys_and_every_step_is_written_down()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var admin = server.Client(await server.KeyAsync("admin", "root"));

        var response = await admin.PostAsJsonAsync("/api/v1/keys", new CreateKey("ci", "submitter", "bot"), ApiJson.Options, Cancel);
        Assert.Equal((HttpStatusCode.Created, "no-store"), (response.StatusCode, response.Headers.CacheControl?.ToString()));
        var created = (await response.Content.ReadFromJsonAsync<CreatedKey>(ApiJson.Options, Cancel))!;
        using var bot = server.Client(created.Key);
        Assert.Equal(new WhoAmI("bot", "submitter", false, created.Info.Id), await bot.GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ApiJson.Options, Cancel));
        Assert.Contains(created.Info, (await admin.GetFromJsonAsync<KeyInfo[]>("/api/v1/keys", ApiJson.Options, Cancel))!);

        var revoked = await admin.DeleteFromJsonAsync<KeyInfo>($"/api/v1/keys/{created.Info.Id}", ApiJson.Options, Cancel);
        Assert.NotNull(revoked!.RevokedAt);

        // At once, on the server that was asked.
        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await bot.GetAsync("/api/v1/whoami", Cancel));
        var lines = await admin.GetFromJsonAsync<AuditLine[]>("/api/v1/audit?limit=3", ApiJson.Options, Cancel);
        Assert.Equal(
            [
                (1L, "CreateKey", "ci (submitter)", "begun"),
                (2L, "CreateKey", $"{created.Info.Id} ci (submitter)", "done"),
                (3L, "RevokeKey", created.Info.Id, "begun"),
            ],
            lines!.Select(l => (l.Sequence, l.Operation, l.Target!, l.Outcome)));
        Assert.All(lines!, l => Assert.Equal(("root", "127.0.0.1"), (l.User, l.Address)));
        Assert.Equal("done", Assert.Single((await admin.GetFromJsonAsync<AuditLine[]>("/api/v1/audit?after=3", ApiJson.Options, Cancel))!).Outcome);
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("submitter")]
    [InlineData("operator")]
    public async Task Keys_and_the_audit_log_are_for_admins(string role)
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var client = server.Client(await server.KeyAsync(role, "ann"));

        var refused = new[]
        {
            await client.GetAsync("/api/v1/keys", Cancel), await client.GetAsync("/api/v1/audit", Cancel), await client.DeleteAsync("/api/v1/keys/000000000000", Cancel),
            await client.PostAsJsonAsync("/api/v1/keys", new CreateKey("mine", "admin"), ApiJson.Options, Cancel),
        };

        foreach (var response in refused)
        {
            Assert.StartsWith($"'ann' is {role}", await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, response), StringComparison.Ordinal);
        }

        Assert.Single(await server.KeyStore.ListAsync(Cancel));
    }

    [Fact]
    public async Task Nobody_gives_away_the_sight_of_patients_without_having_it()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var blind = server.Client(await server.KeyAsync("admin"));
        using var seeing = server.Client(await server.KeyAsync("admin", patients: true));
        var request = new CreateKey("reader", "viewer", Patients: true);

        Assert.Contains("does not see data of patients", await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await blind.PostAsJsonAsync("/api/v1/keys", request, ApiJson.Options, Cancel)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await seeing.PostAsJsonAsync("/api/v1/keys", request, ApiJson.Options, Cancel)).StatusCode);
        Assert.Equal(["begun", "denied", "begun", "done"], (await server.AuditAsync()).Select(l => l.Outcome));
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_as_a_problem()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var admin = server.Client(await server.KeyAsync("admin"));

        foreach (string body in new[] { "", "{", "null", "[]", """{"name": 7}""" })
        {
            await HttpAssert.ProblemAsync(HttpStatusCode.BadRequest, await admin.PostAsync("/api/v1/keys", new StringContent(body, Encoding.UTF8, "application/json"), Cancel));
        }

        string errors = await HttpAssert.ProblemAsync(
            HttpStatusCode.BadRequest, await admin.PostAsJsonAsync("/api/v1/keys", new CreateKey("a\r\nX-Evil: 1", "boss"), ApiJson.Options, Cancel));
        Assert.Contains("'a??X-Evil: 1'", errors, StringComparison.Ordinal);
        Assert.Contains("role: 'boss'", errors, StringComparison.Ordinal);
        await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await admin.DeleteAsync("/api/v1/keys/nope", Cancel));
        await HttpAssert.ProblemAsync(HttpStatusCode.BadRequest, await admin.GetAsync("/api/v1/audit?limit=0", Cancel));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_done_to_keys_and_is_done_to_sweeps()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys, wrap: store => new StoreWithoutLogs(store));
        using var admin = server.Client(await server.KeyAsync("admin"));

        await HttpAssert.ProblemAsync(HttpStatusCode.ServiceUnavailable, await admin.PostAsJsonAsync("/api/v1/keys", new CreateKey("ci", "viewer"), ApiJson.Options, Cancel));
        Assert.Single(await server.KeyStore.ListAsync(Cancel));

        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsync("/api/v1/sweeps/lr/pause", null, Cancel)).StatusCode);
        Assert.Contains("SteerSweepAsync", server.Plane.Changes);
        Assert.Contains(server.Logs.Lines, l => l.StartsWith("Error The audit log cannot be written: SteerSweep of 'lr-1a2b Pause' done", StringComparison.Ordinal));
    }

    private sealed class StoreWithoutLogs(IStore store) : IStore, ILogStore
    {
        public string Uri => store.Uri;

        public IBlobStore Blobs => store.Blobs;

        public IDocumentStore Documents => store.Documents;

        public ILogStore Logs => this;

        public Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) => throw new StoreException("no space is left");

        public Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) =>
            throw new StoreException("no space is left");

        public IAsyncEnumerable<LogEntry> ReadAsync(string log, long afterSequence = 0, CancellationToken cancellationToken = default) => store.Logs.ReadAsync(log, afterSequence, cancellationToken);

        public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default) => store.Logs.ListLogsAsync(cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
