namespace VinCxr.Cli.Tests;

/// <summary>What one command line did.</summary>
internal sealed record CommandResult(int ExitCode, string Out, IReadOnlyList<string> ErrorLines)
{
    /// <summary>Standard output as JSON; fails the test when the command failed.</summary>
    public System.Text.Json.JsonElement Json
    {
        get
        {
            Assert.True(ExitCode == 0, $"exit {ExitCode}: {string.Join(" | ", ErrorLines)}");
            return System.Text.Json.JsonDocument.Parse(Out).RootElement;
        }
    }
}

/// <summary>Runs <c>vincxr</c> in this process with captured writers.</summary>
internal static class CommandLine
{
    public static async Task<CommandResult> RunAsync(params string[] args)
    {
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        int exitCode = await CliApp.RunAsync(args, stdout, stderr, TestContext.Current.CancellationToken);
        return new CommandResult(exitCode, stdout.ToString(), stderr.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Runs a command that must fail and gives its lines on stderr.</summary>
    public static async Task<IReadOnlyList<string>> FailAsync(int exitCode, params string[] args)
    {
        CommandResult result = await RunAsync(args);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Out);
        return result.ErrorLines;
    }
}
