namespace VinCxr.Cli.Tests;

public sealed class ErrorReportTests
{
    public static TheoryData<Exception> OfAVanishedServer => [new SiloUnavailableException("S127.0.0.1:1:0"), new TimeoutException("no answer")];

    [Theory]
    [MemberData(nameof(OfAVanishedServer), DisableDiscoveryEnumeration = true)]
    public void A_server_that_went_away_is_one_line_with_what_to_do(Exception error)
    {
        using var stderr = new StringWriter();

        int exitCode = ErrorReport.Failure(CliContext.Create(TextWriter.Null, stderr), error, CancellationToken.None);

        Assert.Equal(1, exitCode);
        string line = Assert.Single(stderr.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("vincxr serve", line, StringComparison.Ordinal);
    }
}
