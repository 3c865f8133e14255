using System.Text.Json;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>
/// Tells the rest of the world that an ingest is running (document <c>ingests/{name} ({host}, process {n})</c>), because what it stores has no owner
/// before its manifest is there. Renewed now and then, removed at the end; one that was killed leaves it behind to grow old.
/// </summary>
internal sealed class IngestSign(IDocumentStore documents, string datasetName, TimeProvider time)
{
    public const string Collection = "ingests";

    /// <summary>A sign not renewed for so long is a dead ingest's.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);
    private readonly string _id = $"{datasetName} ({Environment.MachineName}, process {Environment.ProcessId})";
    private readonly Lock _lock = new();
    private DateTimeOffset _renewedAt;

    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (now - _renewedAt < Renewal)
            {
                return;
            }

            _renewedAt = now;
        }

        string json = JsonSerializer.Serialize(new Sign(now, Environment.MachineName, Environment.ProcessId), DataJson.Options);
        await documents.PutAsync(Collection, _id, json, "*", cancellationToken).ConfigureAwait(false);
    }

    public Task RemoveAsync(CancellationToken cancellationToken) => documents.DeleteAsync(Collection, _id, cancellationToken);

    /// <returns>Ids of the signs of ingests that are running, and of those that ended without a word.</returns>
    public static async Task<(IReadOnlyList<string> Running, IReadOnlyList<string> Dead)> ListAsync(
        IDocumentStore documents, TimeProvider time, CancellationToken cancellationToken)
    {
        List<string> running = [], dead = [];
        await foreach (var document in documents.ListAsync(Collection, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var sign = JsonSerializer.Deserialize<Sign>(document.Json, DataJson.Options)!;
            bool isRunning = time.GetUtcNow() - sign.SeenAt < Lifetime && !IsDeadHere(sign);
            (isRunning ? running : dead).Add(document.Id);
        }

        return (running, dead);
    }

    private static bool IsDeadHere(Sign sign)
    {
        if (sign.Host != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(sign.Process);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private sealed record Sign(DateTimeOffset SeenAt, string Host, int Process);
}
