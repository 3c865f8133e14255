using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Agents;

public sealed class TrainerConversationTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedProcess _process = new();
    private readonly CancellationTokenSource _asked = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _asked.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Repeating_the_same_progress_is_a_hang_and_moving_on_is_none()
    {
        var following = Follow();
        for (int step = 1; step <= 5; step++)
        {
            await SayAsync(new TrainerProgress(0, step, 10, 1), TimeSpan.FromMinutes(8));
            Assert.False(following.IsCompleted);
        }

        await SayAsync(new TrainerProgress(0, 5, 10, 1), TimeSpan.FromMinutes(4));

        var failed = Assert.IsType<TrainerFailed>(await following.WaitAsync(Cancel));
        Assert.Equal("the trainer made no progress for 10 minutes and was ended", failed.Message);
    }

    [Fact]
    public async Task Asked_to_stop_it_waits_for_the_checkpoint_for_as_long_as_the_grace()
    {
        var following = Follow();
        await _asked.CancelAsync();
        await Eventually.ReadAsync(() => Task.FromResult(_process.Asked), a => a == 1, "asked", Cancel);
        await SayAsync(new TrainerProgress(0, 6, 10, 1), TimeSpan.FromSeconds(19));
        Assert.False(following.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new TrainerStopped(0, null), await following.WaitAsync(Cancel));
    }

    [Fact]
    public async Task A_trainer_that_dies_while_asked_to_stop_has_stopped_and_otherwise_has_failed()
    {
        var following = Follow();
        await _asked.CancelAsync();
        await Eventually.ReadAsync(() => Task.FromResult(_process.Asked), a => a == 1, "asked", Cancel);
        _process.End();
        Assert.IsType<TrainerStopped>(await following.WaitAsync(Cancel));

        await using var other = new TrainerConversationTests();
        other._process.End();
        var failed = Assert.IsType<TrainerFailed>(await other.Follow().WaitAsync(Cancel));
        Assert.Contains("SIGSEGV", failed.Message, StringComparison.Ordinal);
    }

    private async Task<TrainerMessage> Follow()
    {
        var patience = new Patience(null!, _time, NullLogger.Instance);
        await using var outbox = new AttemptOutbox(new RecordingTrial().Trial, 1, _ => Task.CompletedTask, patience, Cancel);
        var options = new AgentOptions { CacheDirectory = "", WorkDirectory = "" };
        return await new TrainerConversation(_process, outbox, options, _time).FollowAsync("t", _asked.Token, Cancel);
    }

    /// <summary>Says something, waits until it was heard, and lets time pass.</summary>
    private async Task SayAsync(TrainerMessage message, TimeSpan afterwards)
    {
        _process.Say(message);
        await Eventually.ReadAsync(() => Task.FromResult(_process.IsHeard), h => h, "heard", Cancel);
        _time.Advance(afterwards);
    }

    private sealed class ScriptedProcess : ITrainerProcess
    {
        private readonly Channel<TrainerMessage> _messages = Channel.CreateUnbounded<TrainerMessage>();
        private int _said;
        private int _reads;
        private int _asked;

        public int Asked => _asked;

        /// <summary>True once the listener is back for more.</summary>
        public bool IsHeard => Volatile.Read(ref _reads) > Volatile.Read(ref _said);

        public void Say(TrainerMessage message)
        {
            Interlocked.Increment(ref _said);
            _messages.Writer.TryWrite(message);
        }

        public void End() => _messages.Writer.TryComplete();

        public async ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            try
            {
                return await _messages.Reader.WaitToReadAsync(cancellationToken) && _messages.Reader.TryRead(out var message) ? message : null;
            }
            catch (OperationCanceledException)
            {
                Interlocked.Decrement(ref _reads);
                throw;
            }
        }

        public Task SendAsync(TrainerCommand command)
        {
            Interlocked.Increment(ref _asked);
            return Task.CompletedTask;
        }

        public Task<int> ExitCodeAsync() => Task.FromResult(139);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
