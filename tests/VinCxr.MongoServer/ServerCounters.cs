using System.Collections.Concurrent;

namespace VinCxr.MongoServer;

/// <summary>What the server saw since it started.</summary>
public sealed class ServerCounters
{
    private readonly ConcurrentDictionary<string, long> _commands = new(StringComparer.Ordinal);
    private long _chunkBytes;
    private long _dropped;

    /// <summary>Bytes of <c>data</c> in inserts into <c>*.chunks</c> that arrived whole, duplicates included.</summary>
    public long ChunkBytes => Interlocked.Read(ref _chunkBytes);

    /// <summary>Connections broken on purpose.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Times a command arrived, by its name.</summary>
    public long Count(string command) => _commands.GetValueOrDefault(command);

    internal void AddCommand(string command) => _commands.AddOrUpdate(command, 1, static (_, count) => count + 1);

    internal void AddChunkBytes(long count) => Interlocked.Add(ref _chunkBytes, count);

    internal void AddDropped() => Interlocked.Increment(ref _dropped);
}
