using Microsoft.Extensions.Logging;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>
/// What a silo does when it learns that the others have declared it dead, as after a freeze, or when its membership breaks down. By default the
/// runtime ends the process with a core dump; here one line is logged and <see cref="SiloFate"/> tells the host.
/// </summary>
internal sealed partial class FatalErrors(SiloFate fate, ILogger<FatalErrors> logger) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        if (fate.Reason is null)
        {
            // The runtime's context holds whole membership rows.
            string what = exception is null ? "its cluster declared it dead, as after a freeze or a cut connection" : $"it broke down: {exception.Message}";
            fate.Declare(what);
            LogDead(logger, what);
        }
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Error, Message = "This silo is out: {What}; its leases are void and its trainers are ended")]
    private static partial void LogDead(ILogger logger, string what);
}
