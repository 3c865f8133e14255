using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Statistics;

/// <param name="Mean">Mean of the folds' mAP.</param>
/// <param name="Low">2.5 % quantile of the bootstrap.</param>
/// <param name="High">97.5 % quantile of the bootstrap.</param>
public sealed record ScoreInterval(double Mean, double Low, double High);

/// <summary>Interval of a mean over folds by resampling images within each fold.</summary>
public static class FoldScores
{
    /// <param name="folds">Truth and predictions of each finished fold.</param>
    /// <param name="resamples">Bootstrap rounds, for example 200.</param>
    public static ScoreInterval Bootstrap(
        IReadOnlyList<(IReadOnlyList<GroundTruth> Truths, IReadOnlyList<Prediction> Predictions)> folds,
        ClassList classes, MapOptions options, int resamples, int seed) =>
        throw new NotImplementedException();

    /// <summary>Two scores whose intervals overlap are a declared tie.</summary>
    public static bool IsTie(ScoreInterval a, ScoreInterval b) => a.Low <= b.High && b.Low <= a.High;
}
