using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Driver;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>Consecutive chunks of a blob, still in the driver's pooled buffers.</summary>
/// <param name="first">Number of the first chunk.</param>
/// <param name="chunks">As received, with the position of the first content byte in each.</param>
internal sealed class ChunkWindow(int first, IReadOnlyList<(RawBsonDocument Chunk, int Start)> chunks) : IDisposable
{
    public int First => first;

    public int Count => chunks.Count;

    /// <summary>Copies content of chunk <paramref name="number"/> from <paramref name="position"/> within it.</summary>
    public void Copy(int number, int position, Span<byte> target)
    {
        (RawBsonDocument chunk, int start) = chunks[number - first];
        position += start;
        while (target.Length > 0)
        {
            ReadOnlySpan<byte> piece = chunk.Slice.AccessBackingBytes(position);
            piece = piece[..Math.Min(piece.Length, target.Length)];
            piece.CopyTo(target);
            target = target[piece.Length..];
            position += piece.Length;
        }
    }

    public void Dispose()
    {
        foreach (var (chunk, _) in chunks)
        {
            chunk.Dispose();
        }
    }
}

/// <summary>
/// Fetches windows of one blob. They are asked for by chunk number, one reply each, and not by a cursor: a window can be asked for again after a
/// broken connection, and the next one while the last is copied.
/// </summary>
internal sealed class ChunkWindows(MongoSession session, BlobFile file)
{
    private static readonly BsonDocument ByNumber = new("n", 1);

    public int ChunksPerWindow { get; } = Math.Max(1, session.Options.WindowBytes / file.ChunkBytes);

    /// <returns>The window, or null when chunks are missing or have wrong lengths.</returns>
    public async Task<ChunkWindow?> LoadAsync(int first, int count, CancellationToken cancellationToken) =>
        await LoadAsync(session.NearbyChunkContent, first, count, cancellationToken).ConfigureAwait(false)
        // A secondary may lag behind; the primary has what the files document promises.
        ?? await LoadAsync(session.ChunkContent, first, count, cancellationToken).ConfigureAwait(false);

    public string Describe(int first, int count) =>
        $"store '{session.Store}': blob '{file.Info.Id}' lacks some of its chunks {first} to {first + count - 1}, or was deleted while it was read; "
        + "run 'vincxr dataset verify'";

    private async Task<ChunkWindow?> LoadAsync(
        IMongoCollection<RawBsonDocument> collection, int first, int count, CancellationToken cancellationToken)
    {
        var numbers = new BsonDocument { { "$gte", first }, { "$lt", first + count } };
        var filter = new BsonDocument { { "files_id", file.FilesId }, { "n", numbers } };
        var found = await session.Retry.RunAsync(
            () => collection.Find(filter, new FindOptions { BatchSize = count }).Sort(ByNumber).Limit(count).ToListAsync(cancellationToken),
            cancellationToken).ConfigureAwait(false);
        var chunks = new List<(RawBsonDocument, int)>(count);
        for (int i = 0; i < found.Count; i++)
        {
            if (Locate(found[i], first + i) is { } start)
            {
                chunks.Add((found[i], start));
            }
        }

        if (chunks.Count == count)
        {
            return new ChunkWindow(first, chunks);
        }

        found.ForEach(chunk => chunk.Dispose());
        return null;
    }

    /// <returns>Position of the content in the document, or null when it is not the whole chunk of that number.</returns>
    private int? Locate(RawBsonDocument chunk, int number)
    {
        long expected = Math.Min(file.ChunkBytes, file.Info.Length - ((long)number * file.ChunkBytes));
        using var stream = new ByteBufferStream(chunk.Slice, ownsBuffer: false);
        using var reader = new BsonBinaryReader(stream);
        int? found = null, start = null;
        reader.ReadStartDocument();
        while (reader.ReadBsonType() is var type && type != BsonType.EndOfDocument)
        {
            switch (reader.ReadName())
            {
                case "n" when type == BsonType.Int32:
                    found = reader.ReadInt32();
                    break;
                case "data" when type == BsonType.Binary:
                    // BSON binary: int32 length, a byte of subtype, the bytes.
                    int position = (int)stream.Position;
                    start = stream.ReadInt32() == expected ? position + sizeof(int) + 1 : null;
                    stream.Position = position;
                    reader.SkipValue();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return found == number ? start : null;
    }
}
