using VinCxr.Core.Detection;

namespace VinCxr.Data.Predictions;

/// <summary>
/// Prediction files, told apart by their header: Kaggle (<c>image_id,PredictionString</c> with <c>class conf xmin ymin xmax ymax</c> groups)
/// and long (<c>image_id,class_id,confidence,x_min,y_min,x_max,y_max</c>).
/// </summary>
public static class PredictionCsv
{
    /// <exception cref="VinCxr.Core.InvalidInputException">Unknown header, or bad rows (all listed, at most 20 in full).</exception>
    public static IReadOnlyList<Prediction> Read(string path) => throw new NotImplementedException();

    public static IReadOnlyList<Prediction> Read(TextReader text, string name) => throw new NotImplementedException();

    /// <summary>Long form; coordinates with 2 decimals, confidences with 6.</summary>
    public static void WriteLong(TextWriter text, IEnumerable<Prediction> predictions) => throw new NotImplementedException();

    /// <summary>Kaggle form: one row per image id of <paramref name="imageIds"/>; an image without predictions gets <c>14 1 0 0 1 1</c> (the No finding id).</summary>
    public static void WriteKaggle(TextWriter text, IEnumerable<string> imageIds, IEnumerable<Prediction> predictions, int noFindingId = 14) =>
        throw new NotImplementedException();
}
