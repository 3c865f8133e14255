using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Api;
using VinCxr.Server.Api.Events;
using VinCxr.Server.Dashboard.Pages.Nodes;

namespace VinCxr.Server.Dashboard.Live;

/// <summary>What open pages watch. Pages ask the caller's control plane once before they join, as the feeds do not ask who watches.</summary>
internal sealed class LiveFeeds(GrainControlPlane plane, SweepFeeds sweeps, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>All sweeps, newest first.</summary>
    public SharedPoll<IReadOnlyList<SweepSummary>> Sweeps { get; } = new(plane.ListSweepsAsync, (a, b) => a.SequenceEqual(b), Interval, time);

    /// <summary>Nodes and queues. A node's last word is always newer, so every look is news.</summary>
    public SharedPoll<ClusterView> Cluster { get; } = new(stop => ClusterView.ReadAsync(plane, stop), (_, _) => false, Interval, time);

    /// <summary>Joins the feed of one sweep, the one that REST watchers share; dispose to leave it.</summary>
    public SweepWatch Watch(string sweepId) => sweeps.Watch(sweepId);

    public void Dispose()
    {
        Sweeps.Dispose();
        Cluster.Dispose();
    }
}
