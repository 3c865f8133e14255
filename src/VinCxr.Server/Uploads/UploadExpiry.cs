using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Core;

namespace VinCxr.Server.Uploads;

/// <summary>Removes uploads that nobody goes on with.</summary>
internal sealed class UploadExpiry(UploadSpool spool, UploadOptions options, TimeProvider time, ILogger<UploadExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.TimeToLive / 4;
        using var timer = new PeriodicTimer(interval < LongestInterval ? interval : LongestInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next server goes on.
        }
    }

    private void Look()
    {
        try
        {
            foreach (var record in spool.RemoveExpired())
            {
                UploadLog.Expired(logger, record.Id, record.Dataset, record.User, options.TimeToLive.TotalHours);
            }
        }
        catch (StoreException error)
        {
            UploadLog.NoFolder(logger, error.Message);
        }
    }
}
