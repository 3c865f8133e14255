using System.Collections.Concurrent;

namespace VinCxr.Training.Tests.Process;

/// <summary>The agent's end of a trainer's stdin: blocks the reader until a line is sent or the pipe is closed.</summary>
internal sealed class CommandPipe : TextReader
{
    private readonly BlockingCollection<string> _lines = [];

    public void Send(string line) => _lines.Add(line);

    public override void Close() => _lines.CompleteAdding();

    public override string? ReadLine() => _lines.TryTake(out string? line, Timeout.Infinite) ? line : null;
}
