using System.Text;
using VinCxr.Core.Trials;

namespace VinCxr.Training.Tests.Process;

/// <summary>The agent's end of a trainer's stdout.</summary>
internal sealed class MessageLog(Action<TrainerMessage>? received = null) : TextWriter
{
    private readonly List<TrainerMessage> _messages = [];

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<TrainerMessage> Messages => _messages;

    public override void WriteLine(string? value)
    {
        TrainerMessage message = TrainerMessage.Parse(value!) ?? throw new InvalidOperationException($"not a message: {value}");
        _messages.Add(message);
        received?.Invoke(message);
    }
}
