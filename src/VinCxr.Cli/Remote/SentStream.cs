namespace VinCxr.Cli.Remote;

/// <summary>A body on its way.</summary>
/// <param name="sent">Told of the bytes of every part.</param>
internal sealed class SentStream(Stream inner, Action<int> sent) : ForwardStream(inner)
{
    private readonly Stream _inner = inner;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _inner.ReadAsync(buffer, cancellationToken);
        sent(read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = _inner.Read(buffer, offset, count);
        sent(read);
        return read;
    }
}
