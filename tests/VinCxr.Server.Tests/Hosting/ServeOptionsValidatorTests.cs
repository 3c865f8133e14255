using VinCxr.Core;
using VinCxr.Server.Hosting;

namespace VinCxr.Server.Tests.Hosting;

public sealed class ServeOptionsValidatorTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.Empty(ServeOptionsValidator.Validate(new ServeOptions { Store = "file:///data" }));

    [Theory]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080;http://localhost:8443")]
    [InlineData("http://127.0.0.1:0")]
    public void What_the_web_server_can_listen_on_is_valid(string urls) =>
        Assert.Empty(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Urls = urls, Security = new() { Insecure = true } }));

    [Fact]
    public void Every_mistake_is_reported_and_quotes_the_bad_value()
    {
        var options = new ServeOptions
        {
            Store = " ",
            Role = "boss",
            Clustering = "carrier-pigeon",
            Urls = "ftp://x;8080",
            Advertise = "",
            SiloPort = 70_000,
            GatewayPort = -1,
            Grace = TimeSpan.Zero,
            LeaseTtl = TimeSpan.FromMilliseconds(1),
            PlacementWait = TimeSpan.FromSeconds(-2),
            JoinTimeout = TimeSpan.Zero,
            Agent = new AgentSettings { NodeName = "../up", Slots = 0, Device = "abacus", CacheBytes = -1, TrainerCommand = [], HangTimeout = TimeSpan.Zero },
        };

        var error = Assert.Throws<InvalidInputException>(() => ServeOptionsValidator.ValidateOrThrow(options));

        Assert.Equal(18, error.Errors.Count);
        foreach (string quoted in new[] { "--store", "'boss'", "'carrier-pigeon'", "'ftp://x'", "'8080'", "0.001 s is shorter than a renewal", "--advertise", "--silo-port 70000", "--gateway-port -1", "--grace 0", "--placement-wait -2", "--join-timeout 0", "'../up'", "--slots 0", "'abacus'", "-1", "--trainer", "--hang-timeout" })
        {
            Assert.Contains(error.Errors, e => e.Contains(quoted, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("redis://cache")]
    [InlineData("redis://:p%40ss@10.0.0.1:6380/3")]
    [InlineData("rediss://user:secret@[::1]:6379")]
    public void Ways_to_find_each_other_are_valid(string clustering) =>
        Assert.Empty(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Clustering = clustering }));

    [Theory]
    [InlineData("redis://:hunter2@/0", "redis://***@/0")]
    [InlineData("redis://host/base", "redis://host/base")]
    [InlineData("redis://host:1/-1", "redis://host:1/-1")]
    [InlineData("http://user:hunter2@host", "http://***@host")]
    [InlineData("Localhost", "'Localhost'")]
    public void An_address_that_is_none_is_quoted_without_its_password(string clustering, string quoted)
    {
        string error = Assert.Single(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Clustering = clustering }));

        Assert.Contains(quoted, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2.9, "--lease-ttl 2.9 s is shorter than a renewal")]
    [InlineData(601, "--lease-ttl 601 s is longer than 600 s")]
    public void A_lease_must_outlast_its_renewals(double seconds, string message) =>
        Assert.StartsWith(message, Assert.Single(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", LeaseTtl = TimeSpan.FromSeconds(seconds) })), StringComparison.Ordinal);

    [Fact]
    public void Ports_for_other_machines_need_a_table_of_silos()
    {
        var options = new ServeOptions { Store = "x", SiloPort = 11_111, GatewayPort = 11_111 };

        Assert.Contains("--clustering redis://", Validated(options)[^1], StringComparison.Ordinal);
        Assert.Equal("--silo-port and --gateway-port are both 11111; give each its own", Assert.Single(Validated(options with { Clustering = "redis://host" })));
    }

    private static IReadOnlyList<string> Validated(ServeOptions options) => ServeOptionsValidator.Validate(options);
}
