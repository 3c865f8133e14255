namespace VinCxr.Core.Detection;

/// <summary>Numbers image ids 0, 1, 2, ... in order of first appearance.</summary>
internal sealed class ImageIndex
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _ids = [];
    private string? _lastId;
    private int _lastIndex;

    public int Count => _ids.Count;

    public IReadOnlyList<string> Ids => _ids;

    public int Of(string imageId)
    {
        // Prediction lists are grouped by image, so the previous row usually answers without hashing.
        if (imageId == _lastId)
        {
            return _lastIndex;
        }

        if (!_indices.TryGetValue(imageId, out int index))
        {
            index = _ids.Count;
            _indices.Add(imageId, index);
            _ids.Add(imageId);
        }

        _lastId = imageId;
        _lastIndex = index;
        return index;
    }
}
