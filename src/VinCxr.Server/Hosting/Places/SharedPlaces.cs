using System.Net;
using System.Net.Sockets;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting.Places;

/// <summary>Silos that find each other in a shared membership table: none leads, any of them may go and come back.</summary>
internal sealed class SharedPlaces(ISharedMembership membership, ClusterIdentity identity, IPAddress address, IStoreSeat seat, IStore store, ServeOptions options)
    : IPlaces
{
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    /// <summary>Since when no silo could start, null while one runs.</summary>
    private long? _failing;

    /// <exception cref="StoreException">The table cannot be reached.</exception>
    public static async Task<SharedPlaces> ConnectAsync(
        ClusteringAddress address, IStoreSeat seat, IStore store, ServeOptions options, CancellationToken cancellationToken)
    {
        var membership = await SharedMemberships.ConnectAsync(address, options.JoinTimeout, cancellationToken);
        try
        {
            var own = options.Advertise is { } host ? await ResolveAsync(host, cancellationToken) : membership.OwnAddress();
            return new SharedPlaces(membership, await ClusterIdentity.OfAsync(store, cancellationToken), own, seat, store, options);
        }
        catch
        {
            await membership.DisposeAsync();
            throw;
        }
    }

    public async Task<IPlace> FindAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var record = NewSilo().Describe("serve", options.HasAgent, []);
            if (await seat.TryShareAsync(record, cancel => Burial.BuryAllAsync(membership, identity, cancel), cancellationToken) is { } hold)
            {
                return new Place(this, hold);
            }

            if (TimeProvider.System.GetElapsedTime(start) >= options.JoinTimeout)
            {
                var holder = await seat.ReadAsync(cancellationToken);
                throw new ConflictException(
                    $"store '{store.Uri}' is held by {(holder is null ? "another process" : $"process {holder.Pid}")} for longer than {options.JoinTimeout.TotalSeconds:0.#} s; end that one first");
            }

            await Task.Delay(PlaceFinding.RetryInterval, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => membership.DisposeAsync();

    private SiloSettings NewSilo() => SiloSettings.Shared(options, membership, identity, address);

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (Exception error) when (error is SocketException or IndexOutOfRangeException or ArgumentException)
        {
            throw new InvalidInputException($"--advertise '{host}' has no address: {error.Message}", error);
        }
    }

    private sealed class Place(SharedPlaces places, IStoreHold hold) : IPlace
    {
        public SiloSettings NewSilo() => places.NewSilo();

        public Task AnnounceAsync(SiloSettings silo, IReadOnlyList<string> urls)
        {
            places._failing = null;
            return hold.AnnounceAsync(silo.Describe("serve", places.HasAgent, urls));
        }

        public async Task<bool> WaitAsync(CancellationToken ended)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(hold.Lost, ended);
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !ended.IsCancellationRequested;
        }

        /// <remarks>Silos come and go: one that went in the middle of this one's start is no reason to give up.</remarks>
        public async Task<VinCxrException?> ExplainAsync(Exception error, CancellationToken cancellationToken)
        {
            places._failing ??= TimeProvider.System.GetTimestamp();
            if (TimeProvider.System.GetElapsedTime(places._failing.Value) >= places.JoinTimeout)
            {
                return new ConflictException($"the cluster of store '{places.StoreUri}' in {places.Address} cannot be joined: {error.Message}; silos of one cluster all have a --silo-cert of one authority, or none", error);
            }

            await Task.Delay(FailurePause, cancellationToken);
            return null;
        }

        public ValueTask DisposeAsync() => hold.DisposeAsync();
    }

    private bool HasAgent => options.HasAgent;

    private TimeSpan JoinTimeout => options.JoinTimeout;

    private string StoreUri => store.Uri;

    private string Address => membership.Address;
}
