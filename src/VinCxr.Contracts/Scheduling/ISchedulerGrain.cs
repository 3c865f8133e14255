namespace VinCxr.Contracts.Scheduling;

/// <summary>Order of waiting trials of one queue. Key: queue name.</summary>
[Alias("vincxr.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<QueueSummary> GetAsync();
}

/// <param name="Leased">Trials that run.</param>
/// <param name="Waiting">In the order they would start; of a long sweep only those that are next in line.</param>
/// <param name="Settings">Its limits; null from versions that had none.</param>
/// <param name="SlotsInUse">What its running trials use, in slots.</param>
/// <param name="Users">What decides fair share, the user who is owed most first.</param>
/// <param name="Lines">Every sweep that waits or runs in the queue, in order.</param>
[GenerateSerializer, Immutable, Alias("vincxr.QueueSummary")]
public sealed record QueueSummary(
    [property: Id(0)] string Name,
    [property: Id(1)] int Leased,
    [property: Id(2)] WaitingTrial[] Waiting,
    [property: Id(3)] QueueSettings? Settings = null,
    [property: Id(4)] double SlotsInUse = 0,
    [property: Id(5)] UserUse[]? Users = null,
    [property: Id(6)] SweepLine[]? Lines = null);

/// <param name="Reason">Why it does not run now.</param>
[GenerateSerializer, Immutable, Alias("vincxr.WaitingTrial")]
public sealed record WaitingTrial([property: Id(0)] string TrialId, [property: Id(1)] int Priority, [property: Id(2)] string Reason);

/// <param name="User">Null stands for all who gave no name.</param>
/// <param name="SlotHours">Slot hours used, decayed by the queue's half-life.</param>
/// <param name="SlotsInUse">Slots that the user's trials use now.</param>
[GenerateSerializer, Immutable, Alias("vincxr.UserUse")]
public sealed record UserUse([property: Id(0)] string? User, [property: Id(1)] double SlotHours, [property: Id(2)] double SlotsInUse);

/// <param name="Waiting">All trials of the sweep that wait.</param>
/// <param name="Behind">Those of them that <see cref="QueueSummary.Waiting"/> does not list, as others of the sweep start before them.</param>
[GenerateSerializer, Immutable, Alias("vincxr.SweepLine")]
public sealed record SweepLine(
    [property: Id(0)] string SweepId,
    [property: Id(1)] int Priority,
    [property: Id(2)] string? User,
    [property: Id(3)] int Running,
    [property: Id(4)] int Waiting,
    [property: Id(5)] int Behind);
