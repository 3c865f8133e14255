using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Read-only view of bytes <c>[offset, offset + length)</c> of a blob, seekable within them. Bytes go from the driver's buffers straight to the
/// caller's; the next window is fetched while this one is read.
/// </summary>
internal sealed class ChunkReadStream(ChunkWindows windows, BlobFile file, long offset, long length) : Stream
{
    private readonly CancellationTokenSource _closing = new();
    private ChunkWindow? _current;
    private Task<ChunkWindow?>? _next;
    private int _nextFirst;
    private long _position;
    private bool _isClosed;

    /// <summary>True once chunks were found missing.</summary>
    public bool IsDamaged { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int wanted = (int)Math.Clamp(length - _position, 0, buffer.Length);
        if (wanted == 0)
        {
            return 0;
        }

        (int number, int within) = Locate(offset + _position);
        if (_current is null || number < _current.First || number >= _current.First + _current.Count)
        {
            await MoveAsync(number, cancellationToken).ConfigureAwait(false);
        }

        return Copy(number, within, buffer.Span[..wanted]);
    }

    public override int Read(Span<byte> buffer)
    {
        // The chunks come over the network whichever way they are asked for; only the copy is synchronous.
        int wanted = (int)Math.Clamp(length - _position, 0, buffer.Length);
        if (wanted == 0)
        {
            return 0;
        }

        (int number, int within) = Locate(offset + _position);
        if (_current is null || number < _current.First || number >= _current.First + _current.Count)
        {
            MoveAsync(number, CancellationToken.None).GetAwaiter().GetResult();
        }

        return Copy(number, within, buffer[..wanted]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // A reader on top closes the stream as well as its owner.
        if (disposing && !_isClosed)
        {
            _isClosed = true;
            _closing.Cancel();
            Forget(_next);
            _next = null;
            _current?.Dispose();
            _current = null;
            _closing.Dispose();
        }

        base.Dispose(disposing);
    }

    private (int Number, int Within) Locate(long position) => ((int)(position / file.ChunkBytes), (int)(position % file.ChunkBytes));

    /// <summary>Fills as much of the target as the current window holds.</summary>
    private int Copy(int number, int within, Span<byte> target)
    {
        int done = 0;
        while (done < target.Length && number < _current!.First + _current.Count)
        {
            int count = Math.Min(target.Length - done, file.ChunkBytes - within);
            _current.Copy(number, within, target.Slice(done, count));
            done += count;
            number++;
            within = 0;
        }

        _position += done;
        return done;
    }

    private async Task MoveAsync(int number, CancellationToken cancellationToken)
    {
        _current?.Dispose();
        _current = null;
        if (_next is not null && _nextFirst != number)
        {
            Forget(_next);
            _next = null;
        }

        var loading = _next ?? LoadAsync(number);
        _next = loading;
        _nextFirst = number;
        try
        {
            var window = await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
            _next = null;
            IsDamaged |= window is null;
            _current = window ?? throw new StoreException(windows.Describe(number, CountFrom(number)));
        }
        catch (StoreException)
        {
            _next = null;
            throw;
        }

        int following = number + _current.Count;
        if (CountFrom(following) > 0)
        {
            _nextFirst = following;
            _next = LoadAsync(following);
        }
    }

    private Task<ChunkWindow?> LoadAsync(int first) => windows.LoadAsync(first, CountFrom(first), _closing.Token);

    /// <returns>Chunks of the window from this one on, cut to the range.</returns>
    private int CountFrom(int first)
    {
        int end = (int)((offset + length + file.ChunkBytes - 1) / file.ChunkBytes);
        return Math.Clamp(end - first, 0, windows.ChunksPerWindow);
    }

    /// <summary>Gives a window that nobody wants any more back when it comes, and takes note of its error.</summary>
    private static void Forget(Task<ChunkWindow?>? loading) => loading?.ContinueWith(
        static done =>
        {
            if (done.IsCompletedSuccessfully)
            {
                done.Result?.Dispose();
            }
            else
            {
                _ = done.Exception;
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
