using VinCxr.Contracts.Sweeps;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Persistence;

/// <summary>An append-only log of lines for people.</summary>
internal sealed class TextLog(ILogStore logs, string name, TimeProvider time)
{
    public Task AppendAsync(params IReadOnlyList<string> lines) =>
        lines.Count == 0 ? Task.CompletedTask : logs.AppendAsync(name, [.. lines.Select(l => StateJson.Write(new Entry(time.GetUtcNow(), l)))]);

    public async Task<LogLine[]> ReadAsync(long afterSequence, int limit)
    {
        List<LogLine> lines = [];
        await foreach (var entry in logs.ReadAsync(name, afterSequence))
        {
            var (at, text) = StateJson.Read<Entry>(entry.Text);
            lines.Add(new LogLine(entry.Sequence, at, text));
            if (lines.Count == limit)
            {
                break;
            }
        }

        return [.. lines];
    }

    private sealed record Entry(DateTimeOffset At, string Text);
}
