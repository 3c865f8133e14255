using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Trials;

public sealed class CheckpointGateTests
{
    [Fact]
    public async Task The_second_checkpoint_waits_for_the_first()
    {
        using var gate = new CheckpointGate();
        gate.WaitForPrevious(TestContext.Current.CancellationToken);
        var second = Task.Run(() => gate.WaitForPrevious(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        gate.Committed();
        await second;
    }

    [Fact]
    public void Repeated_words_of_the_agent_give_no_credit()
    {
        using var gate = new CheckpointGate();
        gate.Committed();
        gate.Committed();
        gate.WaitForPrevious(TestContext.Current.CancellationToken);
        Assert.ThrowsAny<OperationCanceledException>(() => gate.WaitForPrevious(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void An_open_gate_stops_nobody()
    {
        using var gate = new CheckpointGate();
        gate.WaitForPrevious(TestContext.Current.CancellationToken);
        gate.Open();
        gate.WaitForPrevious(TestContext.Current.CancellationToken);
        gate.WaitForPrevious(TestContext.Current.CancellationToken);
    }
}
