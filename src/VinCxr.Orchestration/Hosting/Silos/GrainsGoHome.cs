using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;

namespace VinCxr.Orchestration.Hosting.Silos;

/// <summary>
/// Runs on a GPU node: grains that came here while no other silo was there leave when one is back. They migrate: were they only deactivated, a caller that
/// remembers where they were would bring them back to life here, again and again, and a trial's lease would begin anew each time.
/// </summary>
internal sealed partial class GrainsGoHome(
    IClusterMembershipService membership, ILocalSiloDetails self, IGrainFactory grains, TimeProvider time, ILogger<GrainsGoHome> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Rounds without a grain to send home, in which others may still place grains by an older membership; then there is peace until it changes.</summary>
    private const int QuietRounds = 5;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (seen, quiet) = (MembershipVersion.MinValue, 0);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = membership.CurrentSnapshot;
            quiet = now.Version == seen ? quiet : 0;
            seen = now.Version;
            if (quiet < QuietRounds && now.Members.Values.Any(m => m.Status == SiloStatus.Active && !SiloName.IsGpu(m.Name)))
            {
                quiet = await NobodyIsHereAsync() ? quiet + 1 : 0;
            }
        }
    }

    /// <summary>Sends home whoever is here.</summary>
    /// <returns>False when somebody was, or might be.</returns>
    private async Task<bool> NobodyIsHereAsync()
    {
        try
        {
            var all = await grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(hostsIds: [self.SiloAddress]);
            var here = all.Where(g => g.GrainType.StartsWith("VinCxr.", StringComparison.Ordinal)).ToArray();
            foreach (var grain in here)
            {
                LogGoing(logger, grain.GrainId);
                await grains.GetGrain<IGrainManagementExtension>(grain.GrainId).MigrateOnIdle();
            }

            return here.Length == 0;
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or ObjectDisposedException)
        {
            // The membership is changing, or this silo is on its way out; the next round asks again, if there is one.
            return false;
        }
    }

    [LoggerMessage(EventId = 411, Level = LogLevel.Debug, Message = "{Grain} leaves this GPU node")]
    private static partial void LogGoing(ILogger logger, GrainId grain);
}
