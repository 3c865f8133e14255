using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Security;

internal static partial class SecurityLog
{
    [LoggerMessage(EventId = 455, Level = LogLevel.Warning, Message = "Keys cross the network of {Urls} unencrypted; give https addresses with --tls-cert and --tls-key, or end TLS before it")]
    public static partial void Unencrypted(ILogger logger, string urls);
}
