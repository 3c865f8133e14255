using Microsoft.Extensions.Logging;

namespace VinCxr.Orchestration;

/// <summary>
/// Calls between grains that must not be awaited within a turn: A tells B while B may be waiting for A. They run on the caller's
/// activation; a lost one is made up for by the receiver's reconciliation.
/// </summary>
internal static partial class BackgroundTasks
{
    public static void Forget(this Task task, ILogger logger, string what)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(task, logger, what);
        }
    }

    private static async Task ObserveAsync(Task task, ILogger logger, string what)
    {
        try
        {
            await task;
        }
        catch (Exception error)
        {
            LogFailed(logger, error, what);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{What} failed; it is made up for at the next reconciliation")]
    private static partial void LogFailed(ILogger logger, Exception error, string what);
}
