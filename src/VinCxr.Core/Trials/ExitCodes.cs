namespace VinCxr.Core.Trials;

/// <summary>Exit codes of processes in words.</summary>
public static class ExitCodes
{
    /// <summary>Numbers are those of Linux; POSIX fixes the first fifteen.</summary>
    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL, an illegal instruction",
        [6] = "SIGABRT",
        [7] = "SIGBUS, a bad memory access",
        [8] = "SIGFPE, an arithmetic fault",
        [9] = "SIGKILL, often the kernel's answer to a machine without memory",
        [11] = "SIGSEGV, a bad memory access",
        [13] = "SIGPIPE",
        [15] = "SIGTERM",
        [24] = "SIGXCPU",
        [31] = "SIGSYS",
    };

    /// <summary>What a code says of how a process ended; codes from 129 to 192 are 128 plus the signal that ended it.</summary>
    public static string Describe(int code)
    {
        int signal = code - 128;
        return signal is > 0 and <= 64
            ? $"was ended by signal {signal} ({Signals.GetValueOrDefault(signal, "no common one")})"
            : $"exited with code {code}";
    }
}
