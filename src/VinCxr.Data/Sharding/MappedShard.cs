using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Data.Sharding.Codecs;

namespace VinCxr.Data.Sharding;

/// <summary>One shard file mapped read-only.</summary>
internal sealed unsafe class MappedShard : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly bool[] _isChecked;
    private bool _isDisposed;

    private MappedShard(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, ShardEntry[] entries)
    {
        Path = path;
        _file = file;
        _view = view;
        Entries = entries;
        _isChecked = new bool[entries.Length];
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += view.PointerOffset;
    }

    public string Path { get; }

    public IReadOnlyList<ShardEntry> Entries { get; }

    public static MappedShard Open(string path)
    {
        MemoryMappedFile? file = null;
        try
        {
            var entries = ReadEntries(path);
            file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
            return new MappedShard(path, file, file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), entries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Damaged(path, error is FileNotFoundException or DirectoryNotFoundException ? "no such file" : error.Message.ReplaceLineEndings(" "), error);
        }
    }

    /// <summary>Decoded pixels: the mapped bytes themselves where the plane is stored raw.</summary>
    /// <exception cref="StoreException">The plane fails its checksum, or is stored in a way this build cannot read.</exception>
    public PlanePixels Pixels(int index)
    {
        var entry = Entries[index];
        var stored = Stored(index);
        if (entry.Codec is null)
        {
            return new PlanePixels(stored);
        }

        var codec = ShardCodecs.ForReading(entry.Codec)
            ?? throw Damaged(Path, $"image '{entry.ImageId}' is stored as '{entry.Codec}', which this build does not read");
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)entry.PixelBytes);
        if (!codec.TryDecode(stored, entry.Width, entry.Height, entry.Bits, buffer.AsSpan(0, (int)entry.PixelBytes)))
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw Damaged(Path, $"image '{entry.ImageId}' is no {entry.Codec} of {entry.Width} x {entry.Height} pixels with {entry.Bits} bits");
        }

        return new PlanePixels(buffer, (int)entry.PixelBytes);
    }

    private ReadOnlySpan<byte> Stored(int index)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        var entry = Entries[index];
        var plane = new ReadOnlySpan<byte>(_start + entry.Offset, (int)entry.Length);

        // Two threads may both check an image the first time; that costs a millisecond and no lock.
        if (!Volatile.Read(ref _isChecked[index]))
        {
            if (Convert.ToHexStringLower(SHA256.HashData(plane)) != entry.Sha256)
            {
                throw Damaged(Path, $"the pixels of image '{entry.ImageId}' fail their checksum");
            }

            Volatile.Write(ref _isChecked[index], true);
        }

        return plane;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            Volatile.Write(ref _isDisposed, true);
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private static ShardEntry[] ReadEntries(string path)
    {
        using var handle = File.OpenHandle(path);
        long length = RandomAccess.GetLength(handle);
        if (length < ShardFormat.HeadBytes + ShardFormat.TailBytes)
        {
            throw Damaged(path, "it is not a prepared shard");
        }

        byte[] head = Read(0, ShardFormat.HeadBytes), tail = Read(length - ShardFormat.TailBytes, ShardFormat.TailBytes);
        return ShardFormat.TryReadIndex(head, tail, length, Read, out var entries) is { } problem ? throw Damaged(path, problem) : entries;

        byte[] Read(long offset, int count)
        {
            byte[] bytes = new byte[count];
            int done = 0, read;
            while (done < count && (read = RandomAccess.Read(handle, bytes.AsSpan(done), offset + done)) > 0)
            {
                done += read;
            }

            return bytes;
        }
    }

    private static StoreException Damaged(string path, string problem, Exception? cause = null) =>
        new($"prepared shard '{path}': {problem}; delete the file so that it is fetched again", cause);
}
