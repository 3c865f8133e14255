using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.Server.Tests.Security;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Viewing;

/// <summary>Images and what is said of them are for callers who may see patients, and for nobody else.</summary>
public sealed class PatientAccessTests(KeyServer server) : IClassFixture<KeyServer>
{
    private static readonly string[] Paths =
    [
        "datasets/lungs/images", "datasets/lungs/images/x", "datasets/lungs/images/x/plane", "trials/t/images", "trials/t/images/x",
        "trials/t/images/x/activation", "sweeps/s/ensembles/e/images", "sweeps/s/ensembles/e/images/x",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_who_may_see_patients_is_answered_whatever_the_role()
    {
        string admin = await KeyAsync(new CreateKey("a", "admin")), reader = await KeyAsync(new CreateKey("r", "viewer", Patients: true));
        foreach (string path in Paths)
        {
            await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await AskAsync($"/api/v1/{path}", null));
            await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await AskAsync($"/api/v1/{path}", admin));
            await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, await AskAsync($"/api/v1/{path}", reader));
        }
    }

    [Fact]
    public async Task The_page_itself_shows_nobody_and_is_for_whoever_is_signed_in()
    {
        string viewer = await KeyAsync(new CreateKey("v", "viewer"));
        foreach (string path in new[] { "/viewer", "/viewer/main.js", "/viewer/viewer.css" })
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(path, viewer)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(path, null)).StatusCode);
        }
    }

    private async Task<string> KeyAsync(CreateKey key)
    {
        using var response = await server.Client.PostAsJsonAsync("keys", key, ApiJson.Options, Cancel);
        return (await response.Content.ReadFromJsonAsync<CreatedKey>(ApiJson.Options, Cancel))!.Key;
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string? key)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await client.GetAsync(new Uri(server.Address, path), Cancel);
    }
}
