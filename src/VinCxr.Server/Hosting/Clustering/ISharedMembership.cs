using System.Net;
using VinCxr.Core;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>A connection to the table in which the silos of a cluster write themselves down, shared by all of them.</summary>
internal interface ISharedMembership : IAsyncDisposable
{
    /// <summary>The address it was made of, for people and for the store's server record; no secrets.</summary>
    string Address { get; }

    void AddTo(ISiloBuilder silo);

    void AddTo(IClientBuilder client);

    /// <returns>The address of this machine that machines on the way to the table can reach; the loopback when the table is on this machine.</returns>
    IPAddress OwnAddress();
}

internal static class SharedMemberships
{
    /// <summary>Tries until the table answers.</summary>
    /// <exception cref="StoreException">It did not within <paramref name="patience"/>.</exception>
    /// <exception cref="InvalidInputException">This build or its environment lacks what the kind needs.</exception>
    public static async Task<ISharedMembership> ConnectAsync(ClusteringAddress address, TimeSpan patience, CancellationToken cancellationToken) => address.Kind switch
    {
        ClusteringKind.Redis => await RedisMembership.ConnectAsync(address, patience, cancellationToken),
        ClusteringKind.Azure => await AzureMembership.ConnectAsync(patience, cancellationToken),
        _ => throw new ArgumentException($"'{address}' has no shared table", nameof(address)),
    };

    /// <summary>The address this machine sends from when it talks to a host. Nothing is sent.</summary>
    public static IPAddress TowardsHost(string host, int port)
    {
        using var socket = new System.Net.Sockets.UdpClient();
        socket.Connect(host, port);
        var own = ((IPEndPoint)socket.Client.LocalEndPoint!).Address;
        return own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own;
    }
}
