namespace VinCxr.Data.Tests.Stores;

/// <summary>A source that breaks off: throws, or first runs <paramref name="atBreak"/> (which cancels) and then goes on.</summary>
internal sealed class BreakingStream(byte[] content, int breakAt, Action? atBreak = null) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= breakAt)
        {
            if (atBreak is null)
            {
                throw new EndOfStreamException("the sender went away");
            }

            atBreak();
        }

        int count = (int)Math.Min(buffer.Length, Position < breakAt ? breakAt - Position : Length - Position);
        return base.ReadAsync(buffer[..count], cancellationToken);
    }
}
