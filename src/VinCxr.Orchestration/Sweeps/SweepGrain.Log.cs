using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

internal sealed partial class SweepGrain
{
    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Sweep {SweepId} ended {State} {Reason}")]
    private partial void LogEnded(string sweepId, SweepState state, string? reason);
}
