namespace VinCxr.Cli;

/// <summary>Exit codes of <c>vincxr</c>, part of its contract.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The input, the store or the work failed; stderr says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A defect of this program (EX_SOFTWARE of sysexits.h).</summary>
    public const int Internal = 70;

    /// <summary>Ended by Ctrl-C or SIGTERM (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
