using Microsoft.Extensions.Logging.Abstractions;
using VinCxr.Server.Uploads;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Uploads;

public sealed class UploadExpiryTests
{
    [Fact]
    public async Task Uploads_go_while_the_server_runs()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var bench = new SpoolBench();
        bench.Create();
        using var expiry = new UploadExpiry(bench.Spool, bench.Options, bench.Clock, NullLogger<UploadExpiry>.Instance);
        await expiry.StartAsync(cancel);

        await Eventually.ReadAsync(
            () =>
            {
                bench.Clock.Advance(TimeSpan.FromHours(12));
                return Task.FromResult(bench.Spool.Sessions.Count());
            },
            left => left == 0, "gone", cancel);

        await expiry.StopAsync(cancel);
        Assert.Empty(bench.FilesOnDisk());
    }
}
