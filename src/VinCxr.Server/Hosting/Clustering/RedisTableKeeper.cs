using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace VinCxr.Server.Hosting.Clustering;

/// <summary>
/// Remembers the table of silos while Redis is away, and puts it back if Redis comes back without it, as one without persistence does. Otherwise silos
/// that start later would find an empty table and form a second cluster on the same store.
/// </summary>
internal sealed partial class RedisTableKeeper : BackgroundService
{
    private const string Version = "Version";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IDatabase _redis;
    private readonly RedisKey _key;
    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisTableKeeper> _logger;
    private HashEntry[] _seen = [];
    private bool _isAway;

    public RedisTableKeeper(
        IConnectionMultiplexer connection, string address, IOptions<ClusterOptions> cluster, TimeProvider time, ILogger<RedisTableKeeper> logger)
    {
        (_redis, _address, _time, _logger) = (connection.GetDatabase(), address, time, logger);
        _key = RedisClusteringOptions.DefaultCreateRedisKey(cluster.Value);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var now = await _redis.HashGetAllAsync(_key);
            if (VersionOf(now) >= VersionOf(_seen))
            {
                _seen = now;
            }
            else
            {
                await RestoreAsync(now);
            }

            if (_isAway)
            {
                _isAway = false;
                LogBack(_logger, _address);
            }
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            if (!_isAway)
            {
                _isAway = true;
                LogAway(_logger, _address);
            }
        }
    }

    /// <summary>Adds the rows that were lost to those that new silos have written since, under a version that all will take for news.</summary>
    private async Task RestoreAsync(HashEntry[] now)
    {
        var rows = now.Where(e => e.Name != Version).ToArray();
        var lost = _seen.Where(e => e.Name != Version && !rows.Any(r => r.Name == e.Name)).ToArray();
        var change = _redis.CreateTransaction();
        var current = now.FirstOrDefault(e => e.Name == Version).Value;
        change.AddCondition(current.IsNull ? Condition.HashNotExists(_key, Version) : Condition.HashEqual(_key, Version, current));
        _ = change.HashSetAsync(_key, [.. lost, new HashEntry(Version, (VersionOf(_seen) + 1).ToString(CultureInfo.InvariantCulture))]);
        if (await change.ExecuteAsync())
        {
            LogRestored(_logger, _address, lost.Length);
        }
    }

    private static int VersionOf(HashEntry[] table) =>
        int.TryParse((string?)table.FirstOrDefault(e => e.Name == Version).Value, NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : -1;

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "{Address} is away; work goes on, but no silo can join and none be found dead until it is back")]
    private static partial void LogAway(ILogger logger, string address);

    [LoggerMessage(EventId = 421, Level = LogLevel.Warning, Message = "{Address} is back")]
    private static partial void LogBack(ILogger logger, string address);

    [LoggerMessage(EventId = 422, Level = LogLevel.Warning, Message = "{Address} had lost the table of silos; put {Silos} back")]
    private static partial void LogRestored(ILogger logger, string address, int silos);
}
