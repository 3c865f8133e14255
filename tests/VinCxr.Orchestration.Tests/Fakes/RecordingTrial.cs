using System.Collections.Concurrent;
using System.Reflection;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Tests.Fakes;

/// <summary>A trial that notes what the holder of its lease says, and fails first as often as it is told to.</summary>
internal sealed class RecordingTrial
{
    private readonly ConcurrentQueue<string> _heard = new();
    private int _calls;

    public RecordingTrial()
    {
        Trial = DispatchProxy.Create<ITrialLeaseGrain, Proxy>();
        ((Proxy)(object)Trial).Owner = this;
    }

    public ITrialLeaseGrain Trial { get; }

    public IReadOnlyCollection<string> Heard => _heard;

    /// <summary>Calls so far, those that failed included.</summary>
    public int Calls => _calls;

    /// <summary>Asked at each call, counted from 1: the error to answer with, or null.</summary>
    public Func<int, Exception?> Trouble { get; set; } = _ => null;

    /// <summary>Asked at each call, counted from 1: whether it is heard and never answered.</summary>
    public Func<int, bool> Silent { get; set; } = _ => false;

    private Task Hear(string method, object?[] arguments)
    {
        string[] said = (method, arguments[1]) switch
        {
            (nameof(ITrialLeaseGrain.StartedAsync), AttemptStarted started) => [$"started {started.StartEpoch}"],
            (nameof(ITrialLeaseGrain.ReportMetricsAsync), MetricReport[] metrics) => [.. metrics.Select(m => $"metrics {m.Ordinal}:{m.Epoch}")],
            (nameof(ITrialLeaseGrain.CommitCheckpointAsync), CheckpointReport checkpoint) => [$"checkpoint {checkpoint.Epoch}"],
            _ => throw new NotSupportedException(method),
        };
        var trouble = Trouble(Interlocked.Increment(ref _calls));
        if (trouble is null)
        {
            Array.ForEach(said, _heard.Enqueue);
        }

        bool commits = method == nameof(ITrialLeaseGrain.CommitCheckpointAsync);
        if (Silent(_calls))
        {
            return new TaskCompletionSource<string[]>().Task;
        }

        return (trouble, commits) switch
        {
            (null, true) => Task.FromResult<string[]>([]),
            (null, false) => Task.CompletedTask,
            (_, true) => Task.FromException<string[]>(trouble),
            _ => Task.FromException(trouble),
        };
    }

    /// <summary>Made at run time: a class of this assembly that implements a grain's interface would be taken for a grain.</summary>
#pragma warning disable CA1852 // The proxy's class is derived from this one at run time.
    internal class Proxy : DispatchProxy
#pragma warning restore CA1852
    {
        public RecordingTrial? Owner { get; set; }

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => Owner!.Hear(targetMethod!.Name, args!);
    }
}
