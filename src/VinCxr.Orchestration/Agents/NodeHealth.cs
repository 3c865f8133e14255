using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Data.Sharding;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// Whether this node may take work. A full disk is the node's fault, not the trial's: the node frees what it can and takes no work for a while,
/// twice as long each time it happens again before an attempt has ended well.
/// </summary>
internal sealed class NodeHealth(NodeCache cache, TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private TimeSpan _pause = FirstPause;
    private DateTimeOffset _until;

    public bool TakesWork
    {
        get
        {
            lock (_lock)
            {
                return time.GetUtcNow() >= _until;
            }
        }
    }

    /// <summary>An attempt ended well.</summary>
    public void Worked()
    {
        lock (_lock)
        {
            _pause = FirstPause;
        }
    }

    public async Task DiskIsFullAsync(string reason)
    {
        TimeSpan pause;
        lock (_lock)
        {
            pause = _pause;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            _until = time.GetUtcNow() + pause;
        }

        AgentLog.NodeInTrouble(logger, pause.TotalSeconds, reason, await FreeAsync());
    }

    /// <summary>What a store that shares the cache's disk lacks, the cache may hold.</summary>
    public async Task FreeForAsync(Exception error)
    {
        if (DiskSpace.IsExhausted(error))
        {
            await FreeAsync();
        }
    }

    private async Task<long> FreeAsync()
    {
        try
        {
            return await cache.FreeAsync();
        }
        catch (StoreException)
        {
            return 0;
        }
    }
}
