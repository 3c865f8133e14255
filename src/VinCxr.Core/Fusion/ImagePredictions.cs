using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>
/// Predictions of several sources grouped by image, in ordinal order of image ids. Holds positions, not copies: ensembles fuse millions of rows.
/// </summary>
internal sealed class ImagePredictions
{
    private const int Unwanted = -1;

    private readonly IReadOnlyList<IReadOnlyList<Prediction>> _sources;
    private readonly string[] _imageIds;
    private readonly int[] _groupOfImage;
    private readonly int[] _startOfGroup;
    private readonly (int Source, int Row)[] _rows;

    /// <summary>Groups the predictions that <paramref name="isWanted"/>.</summary>
    /// <exception cref="InvalidInputException">A confidence is not finite.</exception>
    public ImagePredictions(IReadOnlyList<IReadOnlyList<Prediction>> sources, Func<Prediction, bool> isWanted)
    {
        _sources = sources;
        var images = new ImageIndex();
        int[][] groupOfRow = [.. sources.Select(source => GroupRows(source, isWanted, images))];

        // A counting sort by group: one count, one running sum, one placement.
        _startOfGroup = new int[images.Count + 1];
        foreach (int group in groupOfRow.SelectMany(groups => groups).Where(group => group != Unwanted))
        {
            _startOfGroup[group + 1]++;
        }

        for (int group = 0; group < images.Count; group++)
        {
            _startOfGroup[group + 1] += _startOfGroup[group];
        }

        _rows = new (int, int)[_startOfGroup[^1]];
        int[] next = [.. _startOfGroup];
        for (int source = 0; source < sources.Count; source++)
        {
            for (int row = 0; row < groupOfRow[source].Length; row++)
            {
                if (groupOfRow[source][row] is int group and not Unwanted)
                {
                    _rows[next[group]++] = (source, row);
                }
            }
        }

        _imageIds = [.. images.Ids];
        _groupOfImage = [.. Enumerable.Range(0, images.Count)];
        Array.Sort(_imageIds, _groupOfImage, StringComparer.Ordinal);
    }

    public int Count => _imageIds.Length;

    public string ImageId(int image) => _imageIds[image];

    /// <summary>Source by source, each in input order.</summary>
    public IEnumerable<(int Source, Prediction Prediction)> Of(int image)
    {
        int group = _groupOfImage[image];
        for (int i = _startOfGroup[group]; i < _startOfGroup[group + 1]; i++)
        {
            (int source, int row) = _rows[i];
            yield return (source, _sources[source][row]);
        }
    }

    private static int[] GroupRows(IReadOnlyList<Prediction> source, Func<Prediction, bool> isWanted, ImageIndex images)
    {
        int[] groups = new int[source.Count];
        for (int row = 0; row < groups.Length; row++)
        {
            Prediction prediction = source[row];
            if (!double.IsFinite(prediction.Confidence))
            {
                throw new InvalidInputException(
                    $"confidence {prediction.Confidence} of class {prediction.ClassId} on image '{prediction.ImageId}' cannot be fused: give a number from 0 to 1");
            }

            groups[row] = isWanted(prediction) ? images.Of(prediction.ImageId) : Unwanted;
        }

        return groups;
    }
}
