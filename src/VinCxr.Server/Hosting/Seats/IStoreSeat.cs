using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Hosting.Seats;

/// <summary>
/// The place of a store's primary: the one process at a time whose silo starts the store's cluster. Others read how to reach it. Silos that find each
/// other through a shared membership table will need no primary; this is what then goes away.
/// </summary>
internal interface IStoreSeat
{
    /// <summary>Takes the seat if it is free. Asking again on the same object may succeed once a dead holder's time is up.</summary>
    /// <returns>The hold, or null while another process has it.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<IStoreHold?> TryTakeAsync(CancellationToken cancellationToken);

    /// <returns>What the holder announced, or null when nobody holds the seat or nothing was announced yet.</returns>
    Task<ServerRecord?> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A taken seat; disposing it gives the seat up.</summary>
internal interface IStoreHold : IAsyncDisposable
{
    /// <summary>Cancelled when the seat went to another without having been given up.</summary>
    CancellationToken Lost { get; }

    /// <summary>Tells others how to reach this process.</summary>
    Task AnnounceAsync(ServerRecord record);
}

internal static class StoreSeats
{
    /// <summary>A lock file beside a <c>file://</c> store, a leased document in any other.</summary>
    public static IStoreSeat Of(IStore store, TimeProvider time) => FileStoreSeat.DirectoryOf(store.Uri) is { } directory
        ? new FileStoreSeat(directory)
        : new DocumentStoreSeat(store.Documents, time);
}
