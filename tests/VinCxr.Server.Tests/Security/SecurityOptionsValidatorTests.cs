using VinCxr.Server.Hosting;
using VinCxr.Server.Security;

namespace VinCxr.Server.Tests.Security;

public sealed class SecurityOptionsValidatorTests
{
    [Theory]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://10.1.2.3")]
    [InlineData("http://vincxr.example:8080")]
    [InlineData("http://localhost.example:8080")]
    [InlineData("http://127.0.0.1:1;http://*:2")]
    public void Without_authentication_only_this_machine_is_answered(string urls)
    {
        string error = Assert.Single(Validate(new SecurityOptions(), urls));

        Assert.Contains("would let everybody on the network in as administrator; give --auth keys (see 'vincxr key create'), or --insecure", error, StringComparison.Ordinal);
        Assert.Empty(Validate(new SecurityOptions { Insecure = true }, urls));
        Assert.Empty(Validate(new SecurityOptions { Auth = AuthMode.Keys }, urls));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.9.9.9:8080")]
    [InlineData("http://[::1]:8080")]
    [InlineData("http://LocalHost:8080")]
    [InlineData("http://unix:/run/vincxr.sock")]
    public void This_machine_needs_no_authentication(string urls) => Assert.Empty(Validate(new SecurityOptions(), urls));

    [Fact]
    public void Every_mistake_is_reported_and_quotes_the_bad_value()
    {
        var security = new SecurityOptions
        {
            TlsKey = "key.pem",
            Hosts = ["a b"],
            Proxies = ["10.0.0.0/99"],
            Oidc = new OidcOptions { Authority = "http://issuer.example", RoleClaim = "", UserClaim = " " },
            Limits = new LimitOptions { RequestsPerSecond = 0, Burst = -1, FailedLoginsPerMinute = 0, MaxBodyBytes = 1 },
        };

        string[] errors = [.. Validate(security, "https://127.0.0.1:1")];

        string[] quoted =
        [
            "--tls-key 'key.pem' go together", "is https; give its certificate", "--proxy '10.0.0.0/99'", "--host 'a b'", "--rate 0", "--burst -1", "--failed-logins 0",
            "--max-body 1", "give --auth keys with it", "'http://issuer.example' is not an https address", "needs --oidc-audience", "--oidc-role-claim is empty", "--oidc-user-claim is empty",
        ];
        Assert.Equal(quoted.Length, errors.Length);
        Assert.All(quoted, q => Assert.Contains(errors, e => e.Contains(q, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_issuer_with_a_password_is_refused_without_repeating_it()
    {
        var security = new SecurityOptions { Auth = AuthMode.Keys, Oidc = new OidcOptions { Authority = "https://me:hunter2@issuer.example", ClientId = "vincxr" } };

        Assert.DoesNotContain("hunter2", Assert.Single(Validate(security, "http://127.0.0.1:1")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Validate(SecurityOptions security, string urls) =>
        ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Urls = urls, Security = security });
}
