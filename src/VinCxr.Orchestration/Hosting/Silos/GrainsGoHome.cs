using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>
/// Runs on a GPU node: grains that came here while no other silo was there leave when one is back. Their state is durable; the next call
/// activates them where they belong.
/// </summary>
internal sealed partial class GrainsGoHome(
    IClusterMembershipService membership, ILocalSiloDetails self, IGrainFactory grains, TimeProvider time, ILogger<GrainsGoHome> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Rounds after a change of the membership in which others may still place grains by the old one.</summary>
    private const int Rounds = 5;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (seen, rounds) = (MembershipVersion.MinValue, 0);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = membership.CurrentSnapshot;
            (seen, rounds) = now.Version == seen ? (seen, rounds + 1) : (now.Version, 0);
            if (rounds < Rounds && now.Members.Values.Any(m => m.Status == SiloStatus.Active && !SiloName.IsGpu(m.Name)))
            {
                await SendHomeAsync();
            }
        }
    }

    private async Task SendHomeAsync()
    {
        try
        {
            var here = await grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(hostsIds: [self.SiloAddress]);
            foreach (var grain in here.Where(g => g.GrainType.StartsWith("VinCxr.", StringComparison.Ordinal)))
            {
                LogGoing(logger, grain.GrainId);
                await grains.GetGrain<IGrainManagementExtension>(grain.GrainId).DeactivateOnIdle();
            }
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // The membership is changing; the next round asks again.
        }
    }

    [LoggerMessage(EventId = 411, Level = LogLevel.Debug, Message = "{Grain} leaves this GPU node")]
    private static partial void LogGoing(ILogger logger, GrainId grain);
}
