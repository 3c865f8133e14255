using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>
/// Refuses every call to our grains that a silo makes after it was declared dead. Its leases may be another's by now, so their holders are told what
/// a stale lease would tell them; the grains that still live in it must not act either.
/// </summary>
internal sealed class VoiceOfTheDead(SiloFate fate) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (fate.Reason is not { } reason || context.InterfaceMethod?.DeclaringType is not { } contract || contract.Assembly != typeof(ITrialLeaseGrain).Assembly)
        {
            return context.Invoke();
        }

        string message = $"this silo is out: {reason}";
        throw contract == typeof(ITrialLeaseGrain) || contract == typeof(IShardGrain) ? new ConflictException(message) : new SiloUnavailableException(message);
    }
}
