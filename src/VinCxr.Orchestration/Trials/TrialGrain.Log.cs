using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Trials;

internal sealed partial class TrialGrain
{
    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "Trial {TrialId}: {From} -> {To}, lease {LeaseEpoch} {Reason}")]
    private partial void LogMoved(string trialId, TrialState from, TrialState to, long leaseEpoch, string? reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Trial {TrialId}: attempt {LeaseEpoch} failed ({Kind}): {Failure}")]
    private partial void LogAttemptFailed(string trialId, long leaseEpoch, FailureKind kind, string failure);

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "Trial {TrialId}: lines of its log wait or are lost: {Failure}")]
    private partial void LogNotesLost(string trialId, string failure);
}
