namespace VinCxr.Data.Stores.Mongo;

/// <summary>How a GridFS store cuts, sends and tries again. The defaults were measured (docs/store.md); tests make them small.</summary>
internal sealed record MongoStoreOptions
{
    /// <summary>Bytes of a new blob's chunks, below the 16 MB that a document may have.</summary>
    public int ChunkBytes { get; init; } = 2 << 20;

    /// <summary>Bytes of chunks in one insert; two such batches are in memory during an upload.</summary>
    public int BatchBytes { get; init; } = 8 << 20;

    /// <summary>Bytes of chunks asked for at once; two such windows are in memory while a blob is read.</summary>
    public int WindowBytes { get; init; } = 4 << 20;

    /// <summary>Tries of one operation, on top of the one more that the driver makes by itself.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>No new try begins later than this after the first.</summary>
    public TimeSpan MaxRetryTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Upper bound of the first pause; each further one may be twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);
}
