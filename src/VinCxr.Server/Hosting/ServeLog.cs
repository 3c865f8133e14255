using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Hosting;

internal static partial class ServeLog
{
    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "The cluster of {Store} went away; looking for the next")]
    public static partial void ClusterGone(ILogger logger, string store);
}
