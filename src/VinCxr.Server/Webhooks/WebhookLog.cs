using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Webhooks;

internal static partial class WebhookLog
{
    [LoggerMessage(EventId = 461, Level = LogLevel.Information, Message = "Webhook {Type} {EventId} arrived at {Target} with attempt {Attempt}")]
    public static partial void Delivered(ILogger logger, string type, string eventId, WebhookTarget target, int attempt);

    [LoggerMessage(EventId = 462, Level = LogLevel.Warning, Message = "Webhook {Type} {EventId} did not arrive at {Target}: {Problem}; trying again in {Seconds:0} s")]
    public static partial void TryingAgain(ILogger logger, string type, string eventId, WebhookTarget target, string problem, double seconds);

    [LoggerMessage(EventId = 463, Level = LogLevel.Error, Message = "Webhook {Type} {EventId} is given up: {Attempts} attempts did not arrive at {Target}, the last: {Problem}")]
    public static partial void GivenUp(ILogger logger, string type, string eventId, WebhookTarget target, int attempts, string problem);

    [LoggerMessage(EventId = 464, Level = LogLevel.Warning, Message = "Webhooks wait for the store: {Problem}")]
    public static partial void StoreAway(ILogger logger, string problem);
}
