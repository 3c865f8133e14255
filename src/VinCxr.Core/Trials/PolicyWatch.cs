using System.Text.RegularExpressions;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Trials;

/// <summary>Reads an attempt's log lines as they come, and knows the first policy, in the order of the sweep file, that one of them met. Thread-safe.</summary>
public sealed class PolicyWatch(IReadOnlyList<LogPolicy> policies)
{
    private const int MaxLineLength = 2000;

    private readonly Lock _lock = new();
    private readonly Regex[] _patterns = [.. policies.Select(p => p.Compile())];
    private (int Index, string Line)? _found;

    /// <summary>The policy met so far, with the line that met it.</summary>
    public (LogPolicy Policy, string Line)? Found
    {
        get
        {
            lock (_lock)
            {
                return _found is var (index, line) ? (policies[index], line) : null;
            }
        }
    }

    public void Read(string line)
    {
        string text = line.Length <= MaxLineLength ? line : line[..MaxLineLength];
        lock (_lock)
        {
            for (int i = 0; i < (_found?.Index ?? _patterns.Length); i++)
            {
                if (Matches(_patterns[i], text))
                {
                    _found = (i, text);
                    return;
                }
            }
        }
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that backtracks for ever on this line says nothing of it.
            return false;
        }
    }
}
