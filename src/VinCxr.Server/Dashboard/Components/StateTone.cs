using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Server.Dashboard.Components;

/// <summary>Classes of the style sheet that colour a state; its word says it too.</summary>
internal static class StateTone
{
    public static string Of(SweepState state) => state switch
    {
        SweepState.Succeeded => "state-good",
        SweepState.Failed => "state-bad",
        SweepState.Running => "state-busy",
        SweepState.Paused or SweepState.Stopping => "state-held",
        _ => "state-idle",
    };

    public static string Of(TrialState state) => state switch
    {
        TrialState.Succeeded => "state-good",
        TrialState.Failed => "state-bad",
        TrialState.Running or TrialState.Leased => "state-busy",
        TrialState.Pruned => "state-held",
        _ => "state-idle",
    };
}
