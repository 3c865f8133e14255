using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// The trial's own lines between those of its trainers. They wait for the next write of the log: a write of its own for each would cost as much
/// as the transition that it tells of.
/// </summary>
internal sealed class AttemptNotes(TextLog log)
{
    private readonly List<string> _waiting = [];

    /// <summary>A line that waits already, because what it tells of had to be tried again, is not doubled.</summary>
    public void Add(string line)
    {
        if (_waiting.Count == 0 || _waiting[^1] != line)
        {
            _waiting.Add(line);
        }
    }

    /// <summary>Writes the lines that wait, then these.</summary>
    public async Task FlushAsync(params IReadOnlyList<string> lines)
    {
        string[] all = [.. _waiting, .. lines];
        if (all.Length > 0)
        {
            await log.AppendAsync(all);
            _waiting.RemoveRange(0, all.Length - lines.Count);
        }
    }
}
