using System.Runtime.CompilerServices;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Sweeps;

namespace VinCxr.Server.Webhooks;

/// <summary>
/// Events that have yet to arrive, one document for each event and address. An end of a sweep is in here before the registry notes it, so no crash loses one.
/// </summary>
internal sealed class WebhookOutbox(IDocumentStore documents, IReadOnlyList<WebhookTarget> targets, TimeProvider time) : ISweepEndListener, IDisposable
{
    internal const string Collection = "webhooks";

    private readonly SemaphoreSlim _added = new(0, 1);

    public static string IdOf(Delivery delivery) => $"{delivery.EventId}.{delivery.Target}";

    public async Task SweepEndedAsync(SweepSummary sweep)
    {
        var ended = WebhookEvent.Of(sweep);
        string body = ended.ToJson();
        foreach (var target in targets)
        {
            try
            {
                var delivery = new Delivery(ended.Id, ended.Type, ended.Time, target.Id, body, Attempts: 0, time.GetUtcNow());
                await documents.PutAsync(Collection, IdOf(delivery), ToJson(delivery), expectedEtag: null);
            }
            catch (ConflictException)
            {
                // Told twice; it is on its way already.
            }
        }

        Wake();
    }

    /// <summary>Waits until something is added by this process, or for a time: others add, too.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            await _added.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look.
        }
    }

    public async IAsyncEnumerable<StoredDelivery> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var document in documents.ListAsync(Collection, cancellationToken: cancellationToken))
        {
            yield return new StoredDelivery(FromJson(document), document.Etag);
        }
    }

    /// <returns>The delivery as it now is, or null when somebody else has changed it since it was read.</returns>
    public async Task<StoredDelivery?> ReplaceAsync(StoredDelivery old, Delivery next, CancellationToken cancellationToken)
    {
        try
        {
            return new StoredDelivery(next, await documents.PutAsync(Collection, old.Id, ToJson(next), old.Etag, cancellationToken));
        }
        catch (ConflictException)
        {
            return null;
        }
    }

    public Task RemoveAsync(StoredDelivery delivery, CancellationToken cancellationToken) => documents.DeleteAsync(Collection, delivery.Id, cancellationToken);

    public void Dispose() => _added.Dispose();

    private void Wake()
    {
        try
        {
            _added.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    private static string ToJson(Delivery delivery) => JsonSerializer.Serialize(delivery, ApiJson.Options);

    private static Delivery FromJson(StoredDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize<Delivery>(document.Json, ApiJson.Options) ?? throw new StoreException($"webhook delivery '{document.Id}' is empty in the store");
        }
        catch (JsonException error)
        {
            throw new StoreException($"webhook delivery '{document.Id}' cannot be read from the store: {error.Message}", error);
        }
    }
}
