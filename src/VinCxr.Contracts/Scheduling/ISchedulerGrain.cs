namespace VinCxr.Contracts.Scheduling;

/// <summary>Order of waiting trials of one queue. Key: queue name.</summary>
[Alias("vincxr.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<QueueSummary> GetAsync();
}

/// <param name="Waiting">In the order they would start.</param>
[GenerateSerializer, Alias("vincxr.QueueSummary")]
public sealed record QueueSummary([property: Id(0)] string Name, [property: Id(1)] int Leased, [property: Id(2)] WaitingTrial[] Waiting);

/// <param name="Reason">Why it does not run now.</param>
[GenerateSerializer, Alias("vincxr.WaitingTrial")]
public sealed record WaitingTrial([property: Id(0)] string TrialId, [property: Id(1)] int Priority, [property: Id(2)] string Reason);
