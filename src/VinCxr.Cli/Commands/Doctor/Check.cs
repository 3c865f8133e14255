namespace VinCxr.Cli.Commands.Doctor;

internal enum CheckStatus
{
    Ok,
    Warn,
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Detail">What was found, and for a warning or failure what to do.</param>
internal sealed record Check(string Name, CheckStatus Status, string Detail)
{
    /// <summary>Runs a check; whatever it throws is a failure with the advice.</summary>
    public static async Task<Check> RunAsync(string name, string advice, Func<Task<Check>> look)
    {
        try
        {
            return await look();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            string reason = (error.InnerException ?? error).Message.ReplaceLineEndings(" ");
            return new Check(name, CheckStatus.Fail, $"{reason}; {advice}");
        }
    }
}
