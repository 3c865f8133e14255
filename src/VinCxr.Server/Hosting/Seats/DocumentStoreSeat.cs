using System.Text.Json;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Hosting.Seats;

/// <summary>
/// A leased document, changed by compare-and-set only. The holder renews it every third of <see cref="Ttl"/>; others take it over once they have seen
/// it unchanged for a whole ttl by their own monotonic clock, so that no two machines' clocks have to agree. Silos that share the seat all renew it, and
/// it runs out when the last of them is gone.
/// </summary>
internal sealed class DocumentStoreSeat(IDocumentStore documents, TimeProvider time, string store = "") : IStoreSeat
{
    public static readonly TimeSpan Ttl = TimeSpan.FromSeconds(15);

    private const string Collection = "server";
    private const string Id = "primary";

    private (string Etag, long Since)? _seen;

    public async Task<IStoreHold?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var stored = await documents.FindAsync(Collection, Id, cancellationToken);
        if (stored is not null && IsHeld(stored) && !IsSilent(stored))
        {
            return null;
        }

        var lease = new Lease(Guid.NewGuid().ToString("N"), null, 0);
        try
        {
            return new Hold(documents, time, lease, await documents.PutAsync(Collection, Id, Write(lease), stored?.Etag, cancellationToken), isShared: false);
        }
        catch (ConflictException)
        {
            return null;
        }
    }

    public async Task<IStoreHold?> TryShareAsync(ServerRecord record, Func<CancellationToken, Task> alone, CancellationToken cancellationToken)
    {
        // Taken whole first, so that nobody shares it before what is dead is buried.
        if (await TryTakeAsync(cancellationToken) is Hold whole)
        {
            try
            {
                await alone(cancellationToken);
                await whole.ShareAsync(OwnerOf(record), record);
                return whole;
            }
            catch (ConflictException)
            {
                await whole.DisposeAsync();
                return null;
            }
            catch
            {
                await whole.DisposeAsync();
                throw;
            }
        }

        if (await documents.FindAsync(Collection, Id, cancellationToken) is not { } stored || Read(stored) is not { Record.Clustering: not null } lease)
        {
            return null;
        }

        StoreSeats.RequireSame(lease.Record, record, store);
        return new Hold(documents, time, lease, stored.Etag, isShared: true);
    }

    public async Task<ServerRecord?> ReadAsync(CancellationToken cancellationToken) =>
        await documents.FindAsync(Collection, Id, cancellationToken) is { } stored && IsHeld(stored) && !IsSilent(stored) ? Read(stored).Record : null;

    private static string OwnerOf(ServerRecord record) => $"cluster {record.ClusterId}";

    private static bool IsHeld(StoredDocument stored) => Read(stored).Owner is not null;

    private bool IsSilent(StoredDocument stored)
    {
        if (_seen?.Etag != stored.Etag)
        {
            _seen = (stored.Etag, time.GetTimestamp());
        }

        return time.GetElapsedTime(_seen.Value.Since) >= Ttl;
    }

    private static Lease Read(StoredDocument stored)
    {
        try
        {
            return JsonSerializer.Deserialize<Lease>(stored.Json, JsonSerializerOptions.Web) ?? new Lease(null, null, 0);
        }
        catch (JsonException error)
        {
            throw new StoreException($"document {Collection}/{Id} cannot be read: {error.Message}", error);
        }
    }

    private static string Write(Lease lease) => JsonSerializer.Serialize(lease, JsonSerializerOptions.Web);

    /// <param name="Owner">One hold; null when the seat was given up.</param>
    /// <param name="Renewals">Grows, so that equal contents never hide a renewal.</param>
    private sealed record Lease(string? Owner, ServerRecord? Record, long Renewals);

    private sealed class Hold : IStoreHold
    {
        private readonly CancellationTokenSource _lost = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly SemaphoreSlim _gate = new(1, 1);
        private readonly IDocumentStore _documents;
        private readonly TimeProvider _time;
        private readonly Task _loop;
        private bool _isShared;
        private Lease _lease;
        private string _etag;

        public Hold(IDocumentStore documents, TimeProvider time, Lease lease, string etag, bool isShared)
        {
            (_documents, _time, _lease, _etag, _isShared) = (documents, time, lease, etag, isShared);
            _loop = RenewAsync(time.GetTimestamp());
        }

        public CancellationToken Lost => _lost.Token;

        public Task AnnounceAsync(ServerRecord record) => _isShared ? Task.CompletedTask : WriteAsync(l => l with { Record = record });

        /// <exception cref="ConflictException">The seat is another's by now.</exception>
        public Task ShareAsync(string owner, ServerRecord record) => WriteAsync(l => l with { Owner = owner, Record = record }, share: true);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _loop;
            if (!_lost.IsCancellationRequested && !_isShared)
            {
                try
                {
                    await WriteAsync(_ => new Lease(null, null, 0));
                }
                catch (Exception error) when (error is ConflictException or StoreException)
                {
                    // Somebody else has it, or it runs out by itself.
                }
            }

            _stop.Dispose();
            _lost.Dispose();
            _gate.Dispose();
        }

        private async Task RenewAsync(long renewedAt)
        {
            while (true)
            {
                try
                {
                    await Task.Delay(Ttl / 3, _time, _stop.Token);
                    long asked = _time.GetTimestamp();
                    await WriteAsync(l => l with { Renewals = l.Renewals + 1 });
                    renewedAt = asked;
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (ConflictException)
                {
                    await _lost.CancelAsync();
                    return;
                }
                catch (StoreException) when (_isShared || _time.GetElapsedTime(renewedAt) < Ttl * 5 / 6)
                {
                    // The store may be back before the time is up.
                }
                catch (StoreException)
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }

        private async Task WriteAsync(Func<Lease, Lease> change, bool share = false)
        {
            await _gate.WaitAsync();
            try
            {
                var next = change(_lease);
                _etag = await _documents.PutAsync(Collection, Id, Write(next), _etag);
                _lease = next;
                _isShared |= share;
            }
            catch (ConflictException) when (_isShared)
            {
                await AdoptAsync();
            }
            finally
            {
                _gate.Release();
            }
        }

        /// <summary>Another silo of the cluster renewed in between, which is as good.</summary>
        private async Task AdoptAsync()
        {
            if (await _documents.FindAsync(Collection, Id) is not { } stored || Read(stored) is var lease && lease.Owner != _lease.Owner)
            {
                throw new ConflictException($"document {Collection}/{Id} is another's");
            }

            (_lease, _etag) = (lease, stored.Etag);
        }
    }
}
