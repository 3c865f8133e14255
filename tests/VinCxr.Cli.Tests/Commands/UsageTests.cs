namespace VinCxr.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("evaluate")]
    [InlineData("dataset")]
    [InlineData("sweep", "preview")]
    [InlineData("nonsense")]
    [InlineData("model", "ls", "-o", "xml")]
    [InlineData("fuse", "--method", "mean", "a.csv")]
    [InlineData("evaluate", "--truth", "t.csv", "--predictions", "p.csv", "--iou", "nan")]
    [InlineData("evaluate", "--truth", "t.csv", "--predictions", "p.csv", "--iou", "1.5")]
    [InlineData("phantom", "--out", "x", "--count", "0")]
    public async Task A_wrong_command_line_exits_2_and_names_the_help(params string[] args)
    {
        IReadOnlyList<string> lines = await CommandLine.FailAsync(2, args);

        Assert.NotEmpty(lines);
        Assert.Contains("--help'", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_choice_is_quoted_with_what_is_allowed()
    {
        IReadOnlyList<string> lines = await CommandLine.FailAsync(2, "model", "ls", "-o", "xml");

        Assert.Equal("--output: 'xml' is unknown, use table, json, yaml, csv; see 'vincxr model ls --help'", Assert.Single(lines));
    }

    [Fact]
    public async Task An_unknown_verb_is_one_line()
    {
        string line = Assert.Single(await CommandLine.FailAsync(2, "datset", "ls"));

        Assert.Contains("datset", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public async Task Help_goes_to_stdout(params string[] args)
    {
        CommandResult result = await CommandLine.RunAsync(args);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("evaluate", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.ErrorLines);
    }

    [Fact]
    public async Task An_interrupted_verb_exits_130()
    {
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        string file = Path.GetTempFileName();
        try
        {
            Assert.Equal(130, await CliApp.RunAsync(["sweep", "validate", file], stdout, stderr, cancelled.Token));
            Assert.Equal("interrupted", stderr.ToString().Trim());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
