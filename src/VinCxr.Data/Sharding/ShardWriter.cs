using System.Security.Cryptography;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding.Codecs;

namespace VinCxr.Data.Sharding;

/// <summary>Writes a prepared shard in one pass, to any stream: the planes in the order given, then an index.</summary>
/// <param name="spec">Its codec says how planes are stored; null for raw.</param>
/// <exception cref="Core.InvalidInputException">The spec's codec cannot be used.</exception>
public sealed class ShardWriter(Stream output, PreprocessSpec? spec = null)
{
    private static readonly byte[] Zeros = new byte[ShardFormat.Alignment];
    private readonly IShardCodec? _codec = spec is null ? null : ShardCodecs.ForWriting(spec);
    private readonly string? _codecName = spec is null or { Codec: PlaneCodecs.Raw } ? null : spec.Codec;
    private readonly List<ShardEntry> _entries = [];
    private long _position;

    /// <exception cref="Core.InvalidInputException">The spec's codec cannot be used.</exception>
    public static void Check(PreprocessSpec spec) => ShardCodecs.ForWriting(spec);

    /// <param name="originalWidth">Columns of the DICOM image.</param>
    /// <param name="originalHeight">Rows of the DICOM image.</param>
    public Task AddAsync(string imageId, Plane plane, int originalWidth, int originalHeight, CancellationToken cancellationToken) =>
        AddAsync(imageId, plane, Encode(plane), originalWidth, originalHeight, cancellationToken);

    private uint Version => _codec is null ? ShardFormat.RawVersion : ShardFormat.Version;

    /// <summary>What is stored of a plane; thread-safe, so that encoding can go on beside the writing.</summary>
    public byte[] Encode(Plane plane) => _codec?.Encode(plane) ?? plane.Bytes;

    /// <param name="stored">What <see cref="Encode"/> gave for the plane.</param>
    public async Task AddAsync(string imageId, Plane plane, byte[] stored, int originalWidth, int originalHeight, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await AlignAsync(cancellationToken).ConfigureAwait(false);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(stored));
        _entries.Add(new ShardEntry(imageId, plane.Width, plane.Height, plane.Bits, originalWidth, originalHeight, _position, stored.Length, sha256)
        {
            Region = plane.Region,
            Codec = _codecName,
        });
        await WriteAsync(stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the index; without it no reader takes the file.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await AlignAsync(cancellationToken).ConfigureAwait(false);
        long indexOffset = _position;
        byte[] index = ShardFormat.Index(_entries);
        await WriteAsync(index, cancellationToken).ConfigureAwait(false);
        await WriteAsync(ShardFormat.Tail(indexOffset, index, Version), cancellationToken).ConfigureAwait(false);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_position == 0)
        {
            await WriteAsync(ShardFormat.Head(Version), cancellationToken).ConfigureAwait(false);
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
