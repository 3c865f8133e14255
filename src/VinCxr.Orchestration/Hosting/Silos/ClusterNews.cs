using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>One line for each silo that comes or goes, in place of what the runtime has to say about it.</summary>
internal sealed partial class ClusterNews(IClusterMembershipService membership, ILocalSiloDetails self, ILogger<ClusterNews> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = new Dictionary<SiloAddress, SiloStatus>();
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                foreach (var member in snapshot.Members.Values.Where(m => !m.SiloAddress.Equals(self.SiloAddress)))
                {
                    bool isNew = !known.TryGetValue(member.SiloAddress, out var before);
                    known[member.SiloAddress] = member.Status;
                    if (isNew ? member.Status == SiloStatus.Active : before != member.Status)
                    {
                        Tell(member);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
    }

    private void Tell(ClusterMember member)
    {
        switch (member.Status)
        {
            case SiloStatus.Active:
                LogJoined(logger, member.Name, member.SiloAddress.Endpoint);
                break;
            case SiloStatus.ShuttingDown or SiloStatus.Stopping:
                LogLeaving(logger, member.Name, member.SiloAddress.Endpoint);
                break;
            case SiloStatus.Dead:
                LogGone(logger, member.Name, member.SiloAddress.Endpoint);
                break;
        }
    }

    [LoggerMessage(EventId = 412, Level = LogLevel.Information, Message = "Silo {Name} at {Address} is in the cluster")]
    private static partial void LogJoined(ILogger logger, string name, System.Net.IPEndPoint address);

    [LoggerMessage(EventId = 413, Level = LogLevel.Information, Message = "Silo {Name} at {Address} is leaving")]
    private static partial void LogLeaving(ILogger logger, string name, System.Net.IPEndPoint address);

    [LoggerMessage(EventId = 414, Level = LogLevel.Information, Message = "Silo {Name} at {Address} is gone")]
    private static partial void LogGone(ILogger logger, string name, System.Net.IPEndPoint address);
}
