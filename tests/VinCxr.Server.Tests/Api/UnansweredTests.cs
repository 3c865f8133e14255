using System.Net;
using System.Text;
using VinCxr.Server.Tests.Security;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api;

/// <summary>What the API has no answer to is said as what it is: no such address, not this verb, not this kind of body.</summary>
public sealed class UnansweredTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "nothing", null, HttpStatusCode.NotFound)]
    [InlineData("POST", "sweeps/lr/nothing", "application/json", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "sweeps", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("PATCH", "queues/default", "application/json", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "queues/default", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task It_is_a_problem_with_the_right_status(string method, string path, string? type, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("text/html");
        if (type is not null)
        {
            request.Content = new StringContent("{}", Encoding.UTF8, type);
        }

        await HttpAssert.ProblemAsync(expected, await server.Client.SendAsync(request, Cancel));
    }
}
