using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Uploads;

internal static partial class UploadLog
{
    [LoggerMessage(EventId = 481, Level = LogLevel.Information, Message = "Upload {Id} for data set '{Dataset}' of '{User}' is ingested, {Files} files")]
    public static partial void Begins(ILogger logger, string id, string dataset, string user, int files);

    [LoggerMessage(EventId = 482, Level = LogLevel.Information, Message = "Upload {Id} is data set '{Dataset}@sha256:{Version}', {Images} images, {Quarantined} quarantined")]
    public static partial void Done(ILogger logger, string id, string dataset, string version, int images, int quarantined);

    [LoggerMessage(EventId = 483, Level = LogLevel.Warning, Message = "Upload {Id} for data set '{Dataset}' was not ingested: {Reason}")]
    public static partial void Failed(ILogger logger, Exception? exception, string id, string dataset, string reason);

    [LoggerMessage(EventId = 484, Level = LogLevel.Information, Message = "Upload {Id} for data set '{Dataset}' of '{User}' is removed: nothing happened to it for {Hours:0.#} hours")]
    public static partial void Expired(ILogger logger, string id, string dataset, string user, double hours);

    [LoggerMessage(EventId = 485, Level = LogLevel.Error, Message = "Uploads cannot be taken or cleared: {Reason}")]
    public static partial void NoFolder(ILogger logger, string reason);
}
