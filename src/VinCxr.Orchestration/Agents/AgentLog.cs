using Microsoft.Extensions.Logging;

namespace VinCxr.Orchestration.Agents;

internal static partial class AgentLog
{
    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Lease lost: {Reason}")]
    public static partial void LeaseLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "Agent {Node} starts with {Slots} slots on {Device}")]
    public static partial void AgentStarted(ILogger logger, string node, int slots, string device);

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "Asking for work failed, trying again: {Reason}")]
    public static partial void PollFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 304, Level = LogLevel.Warning, Message = "{Work} could not report how it ended: {Reason}")]
    public static partial void ReportFailed(ILogger logger, string work, string reason);

    [LoggerMessage(EventId = 305, Level = LogLevel.Information, Message = "Shard {Index} of {PreparedId} made")]
    public static partial void ShardMade(ILogger logger, int index, string preparedId);

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "Fetching shards ahead failed, trying again: {Reason}")]
    public static partial void PrefetchFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 307, Level = LogLevel.Warning, Message = "{What} failed, again in {Seconds} s: {Reason}")]
    public static partial void TryingAgain(ILogger logger, string what, string reason, double seconds);

    [LoggerMessage(EventId = 308, Level = LogLevel.Error, Message = "This node takes no work for {Seconds} s: {Reason}; freed {Bytes} bytes of its cache")]
    public static partial void NodeInTrouble(ILogger logger, double seconds, string reason, long bytes);

    [LoggerMessage(EventId = 309, Level = LogLevel.Information, Message = "Node {Node} {Change}")]
    public static partial void DrainChanged(ILogger logger, string node, string change);
}
