using System.Net;
using System.Net.Http.Json;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Security.Matrix;

/// <summary>What somebody with a key, or on the same machine, may try on a real server.</summary>
public sealed class HostileInputTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Bombs => new()
    {
        { string.Concat(Enumerable.Repeat("[", 100_000)), "nested deeper" },
        { string.Concat(Enumerable.Repeat("{a: ", 50_000)), "nested deeper" },
        { string.Concat(Enumerable.Repeat("- ", 100_000)), "nested deeper" },
        { $"a: &a [x, x, x]\n{string.Concat(Enumerable.Range(0, 25).Select(i => $"{(char)('b' + i)}: &{(char)('b' + i)} [*{(char)('a' + i)}, *{(char)('a' + i)}, *{(char)('a' + i)}]\n"))}", "aliases counted" },
        { new string('#', 300_000), "at most 262144 are allowed" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_sweep_file_that_is_a_bomb_is_a_mistake_like_any_other(string yaml, string message)
    {
        foreach (string path in new[] { "sweeps", $"sweeps/{server.Ended.Id}/extend" })
        {
            Assert.Contains(message, await HttpAssert.ProblemAsync(HttpStatusCode.BadRequest, await PostAsync(path, yaml)), StringComparison.Ordinal);
        }

        using var validated = await PostAsync("sweeps/validate", yaml);
        var report = await validated.Content.ReadFromJsonAsync<SweepFileReport>(ApiJson.Options, Cancel);
        Assert.Contains(message, Assert.Single(report!.Errors).Message, StringComparison.Ordinal);
        Assert.Equal("ok", await server.Client.GetStringAsync("/healthz", Cancel));
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("application/json")]
    public async Task A_huge_body_is_refused(string type)
    {
        // Asked before it is sent: the web server hangs up on whoever goes on sending what it has refused.
        using var request = new HttpRequestMessage(HttpMethod.Post, "sweeps") { Content = new StringContent($"\"{new string('a', 1_100_000)}\"", Encoding.UTF8, type) };
        request.Headers.ExpectContinue = true;
        await HttpAssert.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, await server.Client.SendAsync(request, Cancel));
    }

    [Theory]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e%2fstore.db")]
    [InlineData("..%5c..%5cstore.db")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("file%3a%2f%2f%2fetc%2fpasswd")]
    [InlineData("http%3a%2f%2f169.254.169.254%2flatest")]
    [InlineData("x%00.db")]
    [InlineData("x%0d%0aSet-Cookie%3a%20a%3db")]
    [InlineData("x%0aX-Injected%3a%201")]
    public async Task A_name_that_is_a_path_an_address_or_a_header_is_only_an_unknown_name(string name)
    {
        foreach (string path in new[] { $"sweeps/{name}", $"sweeps/{name}/events", $"trials/{name}", $"trials/{name}/files/weights", $"trials/{server.Ended.Id}-v0-f0/files/{name}", $"queues/{name}", $"datasets/{name}" })
        {
            using var response = await server.Client.GetAsync(path, Cancel);
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {response.StatusCode}");
            Assert.False(response.Headers.Contains("Set-Cookie") || response.Headers.Contains("X-Injected"), path);
            Assert.DoesNotContain("root:", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    private Task<HttpResponseMessage> PostAsync(string path, string yaml) =>
        server.Client.PostAsync(path, new StringContent(yaml, Encoding.UTF8, "application/yaml"), Cancel);
}
