namespace VinCxr.Data.Stores;

/// <summary>Read-only view of bytes <c>[offset, offset + length)</c> of a blob file, seekable within them.</summary>
internal sealed class BlobReadStream(FileStream file, long offset, long length, Func<Exception, Exception> translate) : Stream
{
    private long _position;

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

    public override int Read(Span<byte> buffer)
    {
        int wanted = Clip(buffer.Length);
        try
        {
            return Advance(wanted == 0 ? 0 : RandomAccess.Read(file.SafeFileHandle, buffer[..wanted], offset + _position));
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            throw translate(error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int wanted = Clip(buffer.Length);
        try
        {
            return Advance(wanted == 0
                ? 0
                : await RandomAccess.ReadAsync(file.SafeFileHandle, buffer[..wanted], offset + _position, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            throw translate(error);
        }
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
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Clip(int count) => (int)Math.Clamp(length - _position, 0, count);

    private int Advance(int count)
    {
        _position += count;
        return count;
    }
}
