using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>
/// Refuses every call to our grains that a silo makes after it was declared dead, and ends those that wait for an answer then: none need come any more,
/// and a fresh silo waits for this one to let go. Its leases may be another's by now, so their holders are told what a stale lease would tell them; the
/// grains that still live in it must not act either.
/// </summary>
internal sealed class VoiceOfTheDead(SiloFate fate) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod?.DeclaringType is not { } contract || contract.Assembly != typeof(ITrialLeaseGrain).Assembly)
        {
            await context.Invoke();
            return;
        }

        if (fate.Reason is { } reason)
        {
            throw Refusal(contract, reason);
        }

        try
        {
            await context.Invoke().WaitAsync(fate.Dead);
        }
        catch (OperationCanceledException) when (fate.Reason is not null)
        {
            throw Refusal(contract, fate.Reason);
        }
    }

    private static Exception Refusal(Type contract, string reason)
    {
        string message = $"this silo is out: {reason}";
        return contract == typeof(ITrialLeaseGrain) || contract == typeof(IShardGrain) ? new ConflictException(message) : new SiloUnavailableException(message);
    }
}
