using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>What a sweep that began anew knows of a trial.</summary>
internal enum Hearing
{
    /// <summary>Its row is what it said.</summary>
    Heard,

    /// <summary>It was not reached and may be under a lease.</summary>
    MayRun,

    /// <summary>It was not reached and is under no lease as far as the store knows.</summary>
    Rests,
}

/// <summary>One trial of a <see cref="TrialTable"/>.</summary>
/// <param name="ordinal">Place in the order in which the sweep starts its trials.</param>
/// <param name="preparedId">Prepared set that it reads.</param>
/// <param name="memoryProfile">What decides its memory.</param>
/// <param name="memoryMb">Memory it is estimated to need, MiB, or null.</param>
internal sealed class TrialRow(int ordinal, string preparedId, string memoryProfile, TrialReport report, int? memoryMb = null)
{
    public int Ordinal => ordinal;

    public string PreparedId => preparedId;

    public string MemoryProfile => memoryProfile;

    public string Id => Report.Summary.Id;

    public TrialState State => Report.Summary.State;

    /// <summary>Newest report, without its curve. Revision 0: the trial was never told its plan.</summary>
    public TrialReport Report { get; private set; } = report;

    /// <summary>Whether the trial itself knows of its plan.</summary>
    public bool IsPlanned => Report.Revision > 0;

    /// <summary>Whether it has answered since the sweep began anew.</summary>
    public Hearing Hearing { get; private set; }

    public void Hear(Hearing hearing) => Hearing = hearing;

    public void Set(TrialReport next)
    {
        Hearing = Hearing.Heard;

        // Of ten thousand equal texts one is kept.
        var known = Report.Summary;
        Report = next with { Curve = [], Summary = next.Summary with { Id = known.Id, SweepId = known.SweepId, Variant = known.Variant } };
    }

    public RunningTrial Running() => new(Id, Report.Summary.Node ?? "", Report.LostSeconds, Report.SlotSeconds, memoryProfile, Report.PeakMemoryMb);

    public TrialDemand Demand() => new(Id, preparedId, Report.LeaseEpoch, Report.ExcludedNodes, memoryProfile, memoryMb);
}
