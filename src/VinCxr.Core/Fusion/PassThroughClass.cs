using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>A class that says something of the whole image, so that its confidences are averaged, whatever their boxes.</summary>
internal sealed class PassThroughClass(int? id, double[] weights)
{
    private readonly double _weightSum = weights.Sum();

    public int? Id => id;

    /// <returns>Weighted mean of each source's highest confidence, with the box of the highest of all; null when no source has the class.</returns>
    public Prediction? MeanOf(string imageId, IEnumerable<(int Source, Prediction Prediction)> predictions)
    {
        double[]? highest = null;
        Prediction? best = null;
        foreach ((int source, Prediction prediction) in predictions)
        {
            if (prediction.ClassId == id)
            {
                highest ??= new double[weights.Length];
                highest[source] = Math.Max(highest[source], prediction.Confidence);
                best = best is null || prediction.Confidence > best.Value.Confidence ? prediction : best;
            }
        }

        return best is null || highest is null
            ? null
            : new(imageId, best.Value.ClassId, highest.Zip(weights, (confidence, weight) => confidence * weight).Sum() / _weightSum, best.Value.Box);
    }
}
