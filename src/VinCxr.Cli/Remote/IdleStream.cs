namespace VinCxr.Cli.Remote;

/// <summary>Reads a stream that must not be silent for long: a connection whose far end vanished would otherwise be waited on for ever.</summary>
internal sealed class IdleStream(Stream inner, TimeSpan silence) : ForwardStream(inner)
{
    private readonly Stream _inner = inner;

    /// <exception cref="IOException">Nothing came for too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(silence);
        try
        {
            return await _inner.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {silence.TotalSeconds:0} s");
        }
    }
}
