using System.Reflection;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Hosting.Silos;

namespace VinCxr.Orchestration.Tests.Hosting.Silos;

/// <summary>Calls of a silo that its cluster has declared dead.</summary>
public sealed class VoiceOfTheDeadTests : IDisposable
{
    private readonly SiloFate _fate = new();

    [Fact]
    public async Task Calls_of_a_living_silo_are_made()
    {
        int calls = 0;
        await new VoiceOfTheDead(_fate).Invoke(Call(typeof(INodeRegistryGrain), () =>
        {
            calls++;
            return Task.CompletedTask;
        }));
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(typeof(ITrialLeaseGrain), typeof(ConflictException))]
    [InlineData(typeof(INodeRegistryGrain), typeof(SiloUnavailableException))]
    public async Task No_call_is_made_after_death(Type contract, Type expected)
    {
        _fate.Declare("frozen");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => new VoiceOfTheDead(_fate).Invoke(Call(contract, () => throw new InvalidOperationException("called"))));
        Assert.IsType(expected, error);
        Assert.Equal("this silo is out: frozen", error.Message);
    }

    [Theory]
    [InlineData(typeof(ITrialLeaseGrain), typeof(ConflictException))]
    [InlineData(typeof(INodeRegistryGrain), typeof(SiloUnavailableException))]
    public async Task Death_ends_a_call_that_waits_for_its_answer(Type contract, Type expected)
    {
        var call = new VoiceOfTheDead(_fate).Invoke(Call(contract, () => new TaskCompletionSource().Task));
        Assert.False(call.IsCompleted);
        _fate.Declare("frozen");
        Assert.IsType(expected, await Assert.ThrowsAnyAsync<Exception>(() => call.WaitAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Calls_of_the_runtime_itself_go_on()
    {
        _fate.Declare("frozen");
        await new VoiceOfTheDead(_fate).Invoke(Call(typeof(IDisposable), () => Task.CompletedTask));
    }

    public void Dispose() => _fate.Dispose();

    private static IOutgoingGrainCallContext Call(Type contract, Func<Task> invoke)
    {
        var context = DispatchProxy.Create<IOutgoingGrainCallContext, CallContext>();
        ((CallContext)context).Answers = new Dictionary<string, Func<object?>>
        {
            [$"get_{nameof(IGrainCallContext.InterfaceMethod)}"] = () => contract.GetMethods()[0],
            [nameof(IGrainCallContext.Invoke)] = invoke,
        };
        return context;
    }

    /// <summary>Answers what it was told to, and nothing else.</summary>
    public class CallContext : DispatchProxy
    {
        internal IReadOnlyDictionary<string, Func<object?>> Answers { get; set; } = new Dictionary<string, Func<object?>>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answers[targetMethod!.Name]();
    }
}
