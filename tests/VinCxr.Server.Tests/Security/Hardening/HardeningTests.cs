using System.Net;
using System.Net.Sockets;
using System.Text;
using VinCxr.Core;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security;

namespace VinCxr.Server.Tests.Security.Hardening;

public sealed class HardeningTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:8080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("lab.example", true)]
    public async Task Without_authentication_only_names_of_this_machine_are_answered(string host, bool isAnswered)
    {
        await using var server = await SecureServer.StartAsync(new SecurityOptions { Hosts = ["lab.example"] });
        using var client = server.Client();
        client.DefaultRequestHeaders.Host = host;

        var response = await client.GetAsync("/api/v1/whoami", Cancel);

        if (isAnswered)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            Assert.Contains($"'{host}'", await HttpAssert.ProblemAsync(HttpStatusCode.MisdirectedRequest, response), StringComparison.Ordinal);
        }

        Assert.Equal("ok", await client.GetStringAsync("/healthz", Cancel));
    }

    [Fact]
    public async Task An_insecure_server_answers_to_addresses_but_not_to_foreign_names()
    {
        await using var server = await SecureServer.StartAsync(new SecurityOptions { Insecure = true });
        using var client = server.Client();
        foreach (var (host, status) in new[] { ("10.1.2.3:8080", HttpStatusCode.OK), (Environment.MachineName, HttpStatusCode.OK), ("evil.example", HttpStatusCode.MisdirectedRequest) })
        {
            client.DefaultRequestHeaders.Host = host;
            Assert.Equal(status, (await client.GetAsync("/api/v1/whoami", Cancel)).StatusCode);
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "http://127.0.0.1:1", false)]
    [InlineData("Origin", "http://127.0.0.1", false)]
    [InlineData("Origin", "{url}", true)]
    [InlineData("X-Nothing", "said", true)]
    public async Task A_page_of_another_site_changes_nothing_here(string header, string value, bool isAllowed)
    {
        await using var server = await SecureServer.StartAsync(new SecurityOptions());
        using var client = server.Client();
        client.DefaultRequestHeaders.Add(header, value.Replace("{url}", server.Url, StringComparison.Ordinal));

        var response = await client.PostAsync("/api/v1/sweeps/lr/pause", null, Cancel);

        Assert.Equal(isAllowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(isAllowed ? ["SteerSweepAsync"] : [], server.Plane.Changes);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/whoami", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_site_opens_no_socket_here()
    {
        await using var server = await SecureServer.StartAsync(new SecurityOptions());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
        using var client = server.Client();

        await HttpAssert.ProblemAsync(HttpStatusCode.Forbidden, await client.SendAsync(request, Cancel));
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_be_careful()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var client = server.Client();
        foreach (string path in new[] { "/healthz", "/login", "/api/v1/whoami", "/nowhere" })
        {
            var response = await client.GetAsync(path, Cancel);
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task One_caller_who_asks_too_often_waits_and_others_do_not()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys with { Limits = new LimitOptions { RequestsPerSecond = 1, Burst = 3 } });
        using var busy = server.Client(await server.KeyAsync("viewer", "ann"));
        using var calm = server.Client(await server.KeyAsync("viewer", "bob"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => busy.GetAsync("/api/v1/whoami", Cancel)));

        Assert.True(answers.Count(a => a.StatusCode == HttpStatusCode.OK) >= 3);
        var rejected = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        await HttpAssert.ProblemAsync(HttpStatusCode.TooManyRequests, rejected);
        Assert.NotNull(rejected.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await calm.GetAsync("/api/v1/whoami", Cancel)).StatusCode);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => busy.GetAsync("/healthz", Cancel))), a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
    }

    [Theory]
    [InlineData(2048, false, HttpStatusCode.OK)]
    [InlineData(2049, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(9000, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_beyond_the_limit_is_refused_whether_it_says_so_or_not(int length, bool chunked, HttpStatusCode status)
    {
        await using var server = await SecureServer.StartAsync(new SecurityOptions { Limits = new LimitOptions { MaxBodyBytes = 2048 } });
        using var client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/echo") { Content = new StringContent(new string('x', length)) };
        request.Headers.TransferEncodingChunked = chunked;

        var response = await client.SendAsync(request, Cancel);

        if (status == HttpStatusCode.OK)
        {
            Assert.Equal($"{length}", await response.Content.ReadAsStringAsync(Cancel));
        }
        else
        {
            await HttpAssert.ProblemAsync(status, response);
        }
    }

    [Fact]
    public async Task Headers_that_are_none_never_reach_the_server()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        var url = new Uri(server.Url);
        using var socket = new TcpClient();
        await socket.ConnectAsync(url.Host, url.Port, Cancel);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\rX: y\r\nConnection: close\r\n\r\n"), Cancel);

        string answer = await new StreamReader(stream).ReadToEndAsync(Cancel);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_is_believed_only_where_it_was_named()
    {
        foreach (var (proxies, address) in new[] { (new[] { "127.0.0.1" }, "203.0.113.9"), (["10.0.0.0/8"], "127.0.0.1"), ([], "127.0.0.1") })
        {
            await using var server = await SecureServer.StartAsync(SecureServer.Keys with { Proxies = proxies });
            using var client = server.Client(await server.KeyAsync("viewer", "ann"));
            client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
            Assert.Equal($"home of ann at {address}", await client.GetStringAsync("/", Cancel));
        }
    }

    [Theory]
    [InlineData("http://*:0")]
    [InlineData("http://0.0.0.0:0")]
    public async Task The_server_does_not_start_open_to_the_network(string urls)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ServeHost.RunServeAsync(new ServeOptions { Store = "nowhere", Urls = urls }, cancellationToken: Cancel));

        Assert.Contains("--auth keys", Assert.Single(error.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists("nowhere"));
    }
}
