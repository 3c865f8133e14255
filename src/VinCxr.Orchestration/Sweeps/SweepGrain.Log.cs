using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

internal sealed partial class SweepGrain
{
    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Sweep {SweepId} ended {State} {Reason}")]
    private partial void LogEnded(string sweepId, SweepState state, string? reason);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "{Count} trials do not say how they are and are asked again, such as {TrialId}: {Error}")]
    private partial void LogNoAnswer(int count, string trialId, string error);
}
