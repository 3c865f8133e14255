namespace VinCxr.Data.Activations;

/// <summary>Writes activation maps to a stream, which it does not own, one after the other; of each only its place in the index stays in memory.</summary>
public sealed class ActivationMapWriter
{
    private readonly Stream _stream;
    private readonly List<ActivationMapEntry> _entries = [];

    public ActivationMapWriter(Stream stream)
    {
        _stream = stream;
        stream.Write(ActivationMapFile.Magic);
    }

    /// <summary>Maps written so far.</summary>
    public int Count => _entries.Count;

    /// <param name="map">Of an image that has none in this file yet.</param>
    public void Add(ActivationMap map)
    {
        _entries.Add(new ActivationMapEntry(map.ImageId, map.Width, map.Height, map.Peak, map.Area, map.Seen));
        _stream.Write(map.Cells);
    }

    /// <summary>Writes what makes the file whole; to be called last.</summary>
    public void Complete()
    {
        byte[] index = ActivationMapFile.Index(_entries);
        _stream.Write(index);
        _stream.Write(ActivationMapFile.Tail(index.Length));
    }
}
