using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Security.Audit;

/// <summary>
/// Who did what, in a log of the store that is only ever appended to. Operations on keys wait for their entry and do not happen without it; others go on
/// when it cannot be written, which is then logged as an error, because a store that is full must not keep an operator from cancelling what fills it.
/// </summary>
public sealed partial class AuditLog(ILogStore logs, TimeProvider clock, ILogger<AuditLog> logger)
{
    internal const string Log = "audit";

    private static readonly JsonSerializerOptions Json = new(ApiJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Entries after a sequence number, oldest first.</summary>
    /// <exception cref="StoreException">The store does not answer, or an entry is damaged.</exception>
    public async IAsyncEnumerable<AuditLine> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var entry in logs.ReadAsync(Log, after, cancellationToken))
        {
            yield return FromJson(entry);
        }
    }

    /// <summary>Writes an entry, or logs that it could not be written.</summary>
    internal Task TryAppendAsync(Caller? caller, string operation, string? target, string outcome) =>
        TryAppendAsync(Line(caller, operation, target, outcome));

    /// <summary>Writes that somebody at an address was not let in.</summary>
    internal Task TryAppendAsync(IPAddress? address, string operation, string? target, string outcome) =>
        TryAppendAsync(Line(null, operation, target, outcome) with { Address = address?.ToString() });

    /// <summary>Runs an operation that must not happen unrecorded: an entry before it, and one with its outcome after it.</summary>
    /// <param name="target">Asked for both.</param>
    /// <exception cref="StoreException">The first entry could not be written; nothing has happened.</exception>
    internal async Task<T> GuardAsync<T>(Caller caller, string operation, Func<string> target, Func<Task<T>> act)
    {
        await AppendAsync(Line(caller, operation, target(), AuditOutcome.Begun));
        return await RecordAsync(caller, operation, target, act);
    }

    /// <summary>Runs an operation and writes an entry with its outcome, or logs that it could not be written.</summary>
    /// <param name="target">Asked afterwards.</param>
    internal async Task<T> RecordAsync<T>(Caller? caller, string operation, Func<string?> target, Func<Task<T>> act)
    {
        string outcome = AuditOutcome.Failed;
        try
        {
            var result = await act();
            outcome = AuditOutcome.Done;
            return result;
        }
        catch (AccessDeniedException)
        {
            outcome = AuditOutcome.Denied;
            throw;
        }
        finally
        {
            await TryAppendAsync(caller, operation, target(), outcome);
        }
    }

    private async Task TryAppendAsync(AuditLine line)
    {
        try
        {
            await AppendAsync(line);
        }
        catch (VinCxrException error)
        {
            Unwritten(logger, line.Operation, line.Target, line.Outcome, line.User, error.Message);
        }
    }

    // Not cancelled with the request: what has happened is written down.
    private Task<long> AppendAsync(AuditLine line) => logs.AppendAsync(Log, [JsonSerializer.Serialize(line, Json)], CancellationToken.None);

    private AuditLine Line(Caller? caller, string operation, string? target, string outcome) =>
        new(0, clock.GetUtcNow(), caller?.User, caller?.KeyId, operation, target, outcome, caller?.Address);

    private static AuditLine FromJson(LogEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditLine>(entry.Text, Json)! with { Sequence = entry.Sequence };
        }
        catch (JsonException error)
        {
            throw new StoreException($"entry {entry.Sequence} of the audit log cannot be read: {error.Message}", error);
        }
    }

    [LoggerMessage(EventId = 451, Level = LogLevel.Error, Message = "The audit log cannot be written: {Operation} of '{Target}' {Outcome} by '{User}': {Reason}")]
    private static partial void Unwritten(ILogger logger, string operation, string? target, string outcome, string? user, string reason);
}
