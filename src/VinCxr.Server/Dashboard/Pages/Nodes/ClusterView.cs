using VinCxr.Contracts.Api;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;

namespace VinCxr.Server.Dashboard.Pages.Nodes;

/// <summary>Nodes and queues as they were read together.</summary>
internal sealed record ClusterView(IReadOnlyList<NodeSummary> Nodes, IReadOnlyList<QueueSummary> Queues)
{
    public static async Task<ClusterView> ReadAsync(IControlPlane plane, CancellationToken cancellationToken)
    {
        var nodes = plane.ListNodesAsync(cancellationToken);
        var queues = await plane.ListQueuesAsync(cancellationToken);
        return new ClusterView(await nodes, await Task.WhenAll(queues.Select(q => plane.GetQueueAsync(q.Name, cancellationToken))));
    }
}

/// <summary>A waiting trial and the queue that it waits in.</summary>
internal sealed record WaitingRow(string Queue, int Place, WaitingTrial Trial);
