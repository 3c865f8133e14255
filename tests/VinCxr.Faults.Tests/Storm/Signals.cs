using System.Diagnostics;
using System.Globalization;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>What an operating system does to processes and connections.</summary>
internal static class Signals
{
    public static void Freeze(int pid) => Run("kill", "-STOP", $"{pid}");

    public static void Continue(int pid) => Run("kill", "-CONT", $"{pid}");

    public static void Kill(int pid) => Run("kill", "-KILL", $"{pid}");

    /// <summary>Destroys every established TCP connection from or to a local port. Needs root and a kernel with INET_DIAG_DESTROY.</summary>
    /// <returns>False where the system does not allow it.</returns>
    public static bool CutConnectionsOf(int port) =>
        TryRun("ss", "-K", "state", "established", $"( sport = :{port} or dport = :{port} )");

    /// <summary>Processes that were started by another, with their command lines.</summary>
    public static IReadOnlyList<(int Pid, string Command)> ChildrenOf(int parent)
    {
        List<(int, string)> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int pid) && ParentOf(folder) == parent)
            {
                children.Add((pid, Read(Path.Combine(folder, "cmdline")).Replace('\0', ' ')));
            }
        }

        return children;
    }

    private static int? ParentOf(string folder)
    {
        // "pid (name) state ppid": the name may hold anything, so what follows its last bracket counts.
        string stat = Read(Path.Combine(folder, "stat"));
        string[] rest = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return rest.Length > 1 && int.TryParse(rest[1], CultureInfo.InvariantCulture, out int parent) ? parent : null;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static void Run(string command, params string[] arguments) => TryRun(command, arguments);

    private static bool TryRun(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
