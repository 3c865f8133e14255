using CsCheck;
using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed class ByteGateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Work_in_flight_never_holds_more_than_the_gate_and_all_of_it_passes() =>
        Gen.Select(Gen.Long[1, 100], Gen.Long[0, 150].Array[1, 40]).Sample((capacity, sizes) =>
        {
            var gate = new ByteGate(capacity);
            long inside = 0, most = 0;
            int passed = 0;
            Task.WaitAll([.. sizes.Select(size => Task.Run(async () =>
            {
                using var pass = await gate.EnterAsync(size, CancellationToken.None);
                long now = Interlocked.Add(ref inside, Math.Min(size, capacity));
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Add(ref inside, -Math.Min(size, capacity));
                Interlocked.Increment(ref passed);
            }))], Cancellation);
            return most <= capacity && passed == sizes.Length && inside == 0;
        }, iter: 200);

    [Fact]
    public async Task Those_who_give_up_take_nothing_and_let_the_next_one_through()
    {
        var gate = new ByteGate(10);
        var first = await gate.EnterAsync(10, Cancellation);
        using var cancel = new CancellationTokenSource();
        var second = gate.EnterAsync(10, cancel.Token);
        var third = gate.EnterAsync(5, Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);

        first.Dispose();
        first.Dispose();

        (await third).Dispose();
        (await gate.EnterAsync(10, Cancellation)).Dispose();
    }

    private static void InterlockedMax(ref long target, long value)
    {
        long seen = Interlocked.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
