namespace VinCxr.Server.Tests.Uploads;

/// <summary>A body whose sender vanishes after so many bytes.</summary>
internal sealed class BreakingStream(int bytes) : MemoryStream(new byte[bytes])
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("the connection was reset");
}

/// <summary>A body that comes when it is told to.</summary>
internal sealed class HeldStream : MemoryStream
{
    private readonly TaskCompletionSource<byte[]> _content = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isRead;

    public void Release(byte[] content) => _content.SetResult(content);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        byte[] content = await _content.Task.WaitAsync(cancellationToken);
        if (_isRead)
        {
            return 0;
        }

        _isRead = true;
        content.CopyTo(buffer);
        return content.Length;
    }
}
