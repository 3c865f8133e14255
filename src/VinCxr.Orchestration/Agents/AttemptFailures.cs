using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>What a trainer's failure means to its trial.</summary>
internal static class AttemptFailures
{
    /// <param name="policy">The log policy that the attempt met, with the line; a policy knows better than the trainer.</param>
    public static AttemptFailure Of(TrainerFailed failed, TrialLease lease, (LogPolicy Policy, string Line)? policy)
    {
        if (policy is { } met && met.Policy.Action != LogPolicy.Retry)
        {
            string message = $"{failed.Message} (retry.policies '{met.Policy.Match}' met: {met.Line})";
            return met.Policy.Action switch
            {
                LogPolicy.ExcludeNode => new AttemptFailure(FailureKind.Node, message, ExcludeNode: true),
                LogPolicy.HalveBatch => new AttemptFailure(FailureKind.OutOfMemory, message),
                _ => new AttemptFailure(FailureKind.Fatal, message),
            };
        }

        var kind = policy is not null ? FailureKind.Error : failed.Kind switch
        {
            "oom" => FailureKind.OutOfMemory,
            "nan" => FailureKind.Diverged,
            "disk" => FailureKind.Node,
            "checkpoint" => FailureKind.Checkpoint,
            _ => FailureKind.Error,
        };
        return new AttemptFailure(kind, failed.Message, Checkpoint: kind == FailureKind.Checkpoint ? lease.ResumeBlob : null);
    }
}
