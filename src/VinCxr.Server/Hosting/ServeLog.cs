using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Hosting;

internal static partial class ServeLog
{
    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "The cluster of {Store} went away; looking for the next")]
    public static partial void ClusterGone(ILogger logger, string store);

    [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "This silo of {Store} is out: {Reason}; a fresh one joins in this process")]
    public static partial void JoiningAgain(ILogger logger, string store, string reason);

    [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "The silo did not leave in order within {Seconds} s; the others will find it dead")]
    public static partial void LeftInHaste(ILogger logger, double seconds);
}
