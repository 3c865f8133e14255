using System.Runtime.CompilerServices;
using System.Text.Json;
using VinCxr.Contracts.Api;

namespace VinCxr.Server.Api.Events;

/// <summary>All nodes, whenever one has changed.</summary>
internal static class NodeFeed
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static async IAsyncEnumerable<ServerEvent> ReadAsync(IControlPlane plane, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        byte[] told = [];
        do
        {
            byte[] nodes = JsonSerializer.SerializeToUtf8Bytes(await plane.ListNodesAsync(cancellationToken), ApiJson.Options);
            if (!nodes.AsSpan().SequenceEqual(told))
            {
                told = nodes;
                yield return new ServerEvent(null, "nodes", nodes);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
