using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting.Places;

/// <summary>A server's place in the cluster of its store; disposing it leaves the place.</summary>
internal interface IPlace : IAsyncDisposable
{
    /// <summary>Settings of one more silo at this place, on ports that are free now.</summary>
    SiloSettings NewSilo();

    /// <summary>The silo is up and answers on <paramref name="urls"/>.</summary>
    Task AnnounceAsync(SiloSettings silo, IReadOnlyList<string> urls);

    /// <summary>Waits while the place lasts.</summary>
    /// <returns>True when it is gone and there may be another, false when <paramref name="ended"/> came first.</returns>
    Task<bool> WaitAsync(CancellationToken ended);

    /// <summary>A silo could not start.</summary>
    /// <returns>An error for people, or null when the place went away meanwhile and there may be another.</returns>
    Task<VinCxrException?> ExplainAsync(Exception error, CancellationToken cancellationToken);
}

/// <summary>Finds a server's place.</summary>
internal interface IPlaces : IAsyncDisposable
{
    /// <exception cref="ConflictException">No place within the time to join, or none that this role can take.</exception>
    /// <exception cref="StoreException">The store or the membership table cannot be reached.</exception>
    Task<IPlace> FindAsync(CancellationToken cancellationToken);
}

internal static class PlaceFinding
{
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<IPlaces> OpenAsync(ServeOptions options, IStore store, CancellationToken cancellationToken)
    {
        var seat = StoreSeats.Of(store, TimeProvider.System);
        var address = Clustering.ClusteringAddress.Parse(options.Clustering);
        return address.Kind == Clustering.ClusteringKind.Localhost
            ? new LocalPlaces(seat, store.Uri, options)
            : await SharedPlaces.ConnectAsync(address, seat, store, options, cancellationToken);
    }
}
