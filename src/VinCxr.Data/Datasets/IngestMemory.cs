namespace VinCxr.Data.Datasets;

/// <summary>
/// Bounds the bytes that files in flight hold, so that memory does not depend on the size of the set or of its files. Work holds its file first and
/// its pixels second, and never waits for the first while it has the second.
/// </summary>
internal sealed class IngestMemory
{
    private const long Smallest = 16L << 20;

    /// <param name="bytes">0 for a quarter of the memory that this process may use.</param>
    public IngestMemory(long bytes)
    {
        long total = Math.Max(Smallest, bytes > 0 ? bytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        Files = new ByteGate(total / 2);
        Pixels = new ByteGate(total / 2);
    }

    public ByteGate Files { get; }

    public ByteGate Pixels { get; }
}
