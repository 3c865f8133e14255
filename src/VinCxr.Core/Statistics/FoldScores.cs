using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Statistics;

/// <param name="Mean">Mean of the folds' mAP, as measured (not the mean of the resamples).</param>
/// <param name="Low">2.5 % quantile of the bootstrap.</param>
/// <param name="High">97.5 % quantile of the bootstrap.</param>
public sealed record ScoreInterval(double Mean, double Low, double High);

/// <summary>Interval of a mean over folds by resampling images within each fold (percentile bootstrap, Efron 1979).</summary>
public static class FoldScores
{
    private const double TailProbability = 0.025;

    /// <summary>
    /// Draws as many images as a fold has, with replacement, in every fold, and scores the mean over folds again; <paramref name="resamples"/> times.
    /// A resample costs one pass over the ranked detections: matching never looks beyond one image, so which detections are true is decided once, and
    /// an image that was drawn k times counts k times. The same seed gives the same interval on any number of cores.
    /// </summary>
    /// <param name="folds">Truth and predictions of each finished fold, at least one; images are those that either names.</param>
    /// <param name="resamples">Bootstrap rounds, at least 1, for example 200.</param>
    /// <exception cref="InvalidInputException">A confidence is NaN, or an IoU threshold is out of range.</exception>
    public static ScoreInterval Bootstrap(
        IReadOnlyList<(IReadOnlyList<GroundTruth> Truths, IReadOnlyList<Prediction> Predictions)> folds,
        ClassList classes, MapOptions options, int resamples, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfZero(folds.Count, nameof(folds));
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);

        ScoredFold[] scored = [.. folds.Select(f => ScoredFold.From(f.Truths, f.Predictions, classes, options))];
        var seeds = new SplitMix64((ulong)seed);
        ulong[] seedOf = [.. Enumerable.Range(0, resamples).Select(_ => seeds.NextUInt64())];
        double[] means = new double[resamples];
        Parallel.For(0, resamples, r =>
        {
            var random = new SplitMix64(seedOf[r]);
            means[r] = scored.Average(fold => fold.Resample(random));
        });

        Array.Sort(means);
        return new(scored.Average(fold => fold.Map), Quantile(means, TailProbability), Quantile(means, 1 - TailProbability));
    }

    /// <summary>Two scores whose intervals overlap are a declared tie.</summary>
    public static bool IsTie(ScoreInterval a, ScoreInterval b) => a.Low <= b.High && b.Low <= a.High;

    /// <summary>Linear interpolation between order statistics (Hyndman and Fan 1996, type 7).</summary>
    private static double Quantile(double[] sorted, double probability)
    {
        double position = probability * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>One fold whose detections are matched and ranked.</summary>
    private sealed record ScoredFold(IReadOnlyList<ClassMatches> Matches, int Images, double Map)
    {
        public static ScoredFold From(
            IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, ClassList classes, MapOptions options)
        {
            var images = new ImageIndex();
            var matches = DetectionMatcher.Match(truths, predictions, classes, options, images);
            int[] once = [.. Enumerable.Repeat(1, images.Count)];
            return new(matches, images.Count, MeanAveragePrecision.Mean(matches, once));
        }

        public double Resample(SplitMix64 random)
        {
            int[] timesDrawn = new int[Images];
            for (int i = 0; i < Images; i++)
            {
                timesDrawn[random.Next(Images)]++;
            }

            return MeanAveragePrecision.Mean(Matches, timesDrawn);
        }
    }
}
