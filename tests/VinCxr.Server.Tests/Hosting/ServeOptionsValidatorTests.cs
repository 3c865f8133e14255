using VinCxr.Core;
using VinCxr.Server.Hosting;

namespace VinCxr.Server.Tests.Hosting;

public sealed class ServeOptionsValidatorTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.Empty(ServeOptionsValidator.Validate(new ServeOptions { Store = "file:///data" }));

    [Theory]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080;https://localhost:8443")]
    [InlineData("http://127.0.0.1:0")]
    public void What_the_web_server_can_listen_on_is_valid(string urls) =>
        Assert.Empty(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Urls = urls }));

    [Fact]
    public void Every_mistake_is_reported_and_quotes_the_bad_value()
    {
        var options = new ServeOptions
        {
            Store = " ",
            Role = "boss",
            Clustering = "carrier-pigeon",
            Urls = "ftp://x;8080",
            LeaseTtl = TimeSpan.FromMilliseconds(1),
            PlacementWait = TimeSpan.FromSeconds(-2),
            JoinTimeout = TimeSpan.Zero,
            Agent = new AgentSettings { NodeName = "../up", Slots = 0, Device = "abacus", CacheBytes = -1, TrainerCommand = [], HangTimeout = TimeSpan.Zero },
        };

        var error = Assert.Throws<InvalidInputException>(() => ServeOptionsValidator.ValidateOrThrow(options));

        Assert.Equal(14, error.Errors.Count);
        foreach (string quoted in new[] { "--store", "'boss'", "'carrier-pigeon'", "'ftp://x'", "'8080'", "0.001 s", "--placement-wait -2", "--join-timeout 0", "'../up'", "--slots 0", "'abacus'", "-1", "--trainer", "--hang-timeout" })
        {
            Assert.Contains(error.Errors, e => e.Contains(quoted, StringComparison.Ordinal));
        }
    }
}
