using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security;
using VinCxr.Server.Uploads;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Security.Matrix;

/// <summary>A server that asks for keys, with a key for every kind of caller there is.</summary>
public sealed class KeyedServer : KeyServer
{
    private readonly Dictionary<string, HttpClient> _clients = [];

    /// <summary>A sweep of <c>ann</c>, a submitter, that has ended.</summary>
    public SweepSummary OfAnn { get; private set; } = null!;

    /// <summary>Everybody a request can come from.</summary>
    internal static IReadOnlyList<TestCaller> Callers { get; } =
    [
        new("nobody", null), new("expired", null), new("revoked", null), new("wrong", null), new("vic", Role.Viewer), new("ann", Role.Submitter), new("bob", Role.Submitter),
        new("ola", Role.Operator), new("adm", Role.Admin), new("doc", Role.Viewer, Patients: true),
    ];

    /// <summary>An upload of <c>ann</c>, the same until somebody removes it.</summary>
    public async Task<UploadInfo> UploadOfAnnAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "datasets/anns/uploads");
        request.Headers.Add("Idempotency-Key", "anns");
        using var response = await As("ann").SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<UploadInfo>(ApiJson.Options))!;
    }

    /// <summary>Drawn requests begin more uploads than a user may usually have.</summary>
    protected override ServeOptions Configure(ServeOptions options) => options with { Uploads = new UploadOptions { PerUser = 1000 } };

    internal HttpClient As(string name) => _clients[name];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var longAgo = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-10));
        Add("nobody", null);
        Add("wrong", $"vcx_000000000000_{new string('0', 64)}");
        Add("expired", (await CreateKeyOnStoreAsync(new CreateKey("expired", "admin", "ann", true, 1), longAgo)).Key);
        var revoked = await CreateKeyOnStoreAsync(new CreateKey("revoked", "admin", "ann", true));
        using (var answer = await Client.DeleteAsync($"keys/{revoked.Info.Id}"))
        {
            answer.EnsureSuccessStatusCode();
        }

        Add("revoked", revoked.Key);
        foreach (var caller in Callers.Where(c => c.Role is not null))
        {
            Add(caller.Name, (await CreateKeyOnStoreAsync(new CreateKey(caller.Name, Roles.NameOf(caller.Role!.Value), Patients: caller.Patients))).Key);
        }

        using var response = await As("ann").PostAsync("sweeps", new StringContent(Yaml("anns"), Encoding.UTF8, "application/yaml"));
        response.EnsureSuccessStatusCode();
        OfAnn = await WaitAsync((await response.Content.ReadFromJsonAsync<SweepSummary>(ApiJson.Options))!.Id);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await base.DisposeAsync();
    }

    private void Add(string name, string? key)
    {
        var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1, AllowAutoRedirect = false }) { BaseAddress = Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        _clients[name] = client;
    }
}

/// <param name="Role">Null for those who are not let in.</param>
/// <param name="Patients">May see what is of patients.</param>
internal sealed record TestCaller(string Name, Role? Role, bool Patients = false);
