using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Hosting.Seats;

/// <summary>
/// The right to serve a store: of one process, whose silo starts the store's cluster and whom others join, or of all silos that find each other
/// through one shared membership table. Others read how to reach them.
/// </summary>
internal interface IStoreSeat
{
    /// <summary>Takes the seat if it is free. Asking again on the same object may succeed once a dead holder's time is up.</summary>
    /// <returns>The hold, or null while another process has it.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<IStoreHold?> TryTakeAsync(CancellationToken cancellationToken);

    /// <summary>Takes a share of the seat if it is free, or held by shares of the same cluster.</summary>
    /// <param name="record">Announced for all who share.</param>
    /// <param name="alone">Runs before anybody can share with this process, when nobody serves the store: what earlier clusters left behind is dead.</param>
    /// <returns>The hold, or null while a single process has the seat.</returns>
    /// <exception cref="ConflictException">Shared by silos that find each other elsewhere; the message says where.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<IStoreHold?> TryShareAsync(ServerRecord record, Func<CancellationToken, Task> alone, CancellationToken cancellationToken);

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
    /// <exception cref="ConflictException">The two could never meet.</exception>
    public static void RequireSame(ServerRecord theirs, ServerRecord ours, string store)
    {
        if (theirs.Clustering != ours.Clustering || theirs.ClusterId != ours.ClusterId)
        {
            throw new ConflictException(
                $"store '{store}' is served through {theirs.Clustering ?? "localhost"}, not {ours.Clustering}; give --clustering {theirs.Clustering ?? "localhost"}, or end those servers first");
        }
    }

    /// <summary>A lock file beside a <c>file://</c> store, a leased document in any other.</summary>
    public static IStoreSeat Of(IStore store, TimeProvider time) => FileStoreSeat.DirectoryOf(store.Uri) is { } directory
        ? new FileStoreSeat(directory)
        : new DocumentStoreSeat(store.Documents, time, store.Uri);
}
