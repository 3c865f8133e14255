using System.Security.Cryptography;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding;

/// <summary>Writes a prepared shard in one pass, to any stream: the planes in the order given, then an index.</summary>
public sealed class ShardWriter(Stream output)
{
    private static readonly byte[] Zeros = new byte[ShardFormat.Alignment];
    private readonly List<ShardEntry> _entries = [];
    private long _position;

    /// <param name="originalWidth">Columns of the DICOM image.</param>
    /// <param name="originalHeight">Rows of the DICOM image.</param>
    public async Task AddAsync(string imageId, Plane plane, int originalWidth, int originalHeight, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await AlignAsync(cancellationToken).ConfigureAwait(false);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(plane.Bytes));
        _entries.Add(new ShardEntry(imageId, plane.Width, plane.Height, plane.Bits, originalWidth, originalHeight, _position, plane.Bytes.Length, sha256)
        {
            Region = plane.Region,
        });
        await WriteAsync(plane.Bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the index; without it no reader takes the file.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await AlignAsync(cancellationToken).ConfigureAwait(false);
        long indexOffset = _position;
        byte[] index = ShardFormat.Index(_entries);
        await WriteAsync(index, cancellationToken).ConfigureAwait(false);
        await WriteAsync(ShardFormat.Tail(indexOffset, index), cancellationToken).ConfigureAwait(false);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_position == 0)
        {
            await WriteAsync(ShardFormat.Head(), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task AlignAsync(CancellationToken cancellationToken)
    {
        int padding = (int)(-_position & (ShardFormat.Alignment - 1));
        return WriteAsync(Zeros.AsMemory(0, padding), cancellationToken);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _position += bytes.Length;
    }
}
