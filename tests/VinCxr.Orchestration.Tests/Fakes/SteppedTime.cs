using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace VinCxr.Orchestration.Tests.Fakes;

/// <summary>A clock that stands still until a test lets it jump to where someone waits for.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Until someone waits for a time that no <see cref="Step"/> has jumped to.</summary>
    public Task WhenArmedAsync(CancellationToken cancellationToken) => _armed.Reader.WaitToReadAsync(cancellationToken).AsTask();

    public void Step()
    {
        if (_armed.Reader.TryRead(out var due))
        {
            Advance(due);
        }
    }
}
