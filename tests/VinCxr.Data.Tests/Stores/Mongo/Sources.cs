namespace VinCxr.Data.Tests.Stores.Mongo;

/// <summary>A source like a pipe: it cannot seek. Throws at <paramref name="breakAt"/>.</summary>
internal sealed class OneWayStream(byte[] content, int breakAt = int.MaxValue) : MemoryStream(content)
{
    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Position >= breakAt ? throw new EndOfStreamException("the sender went away") : base.ReadAsync(buffer, cancellationToken);
}

/// <summary>Runs an action once, when the second pass over the content reaches a position.</summary>
internal sealed class SecondPassStream(byte[] content, int position, Action action) : MemoryStream(content)
{
    private int _passes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position == 0)
        {
            _passes++;
        }

        if (_passes == 2 && Position >= position)
        {
            _passes++;
            action();
        }

        return base.ReadAsync(buffer, cancellationToken);
    }
}
