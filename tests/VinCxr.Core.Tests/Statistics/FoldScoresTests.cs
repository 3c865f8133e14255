using CsCheck;
using VinCxr.Core.Detection;
using VinCxr.Core.Statistics;
using VinCxr.Core.Tests.Detection;

namespace VinCxr.Core.Tests.Statistics;

public sealed class FoldScoresTests
{
    private const double Tolerance = 1e-12;

    private static readonly MapOptions Options = new();
    private static readonly Box Here = new(0, 0, 10, 10);

    [Fact]
    public void Images_that_all_score_alike_leave_no_interval()
    {
        ScoreInterval perfect = FoldScores.Bootstrap([Fold(20, found: _ => true), Fold(20, found: _ => true)], DetectionGen.Classes, Options, 50, seed: 1);
        Assert.Equal(new(1, 1, 1), perfect);
        ScoreInterval hopeless = FoldScores.Bootstrap([Fold(20, found: _ => false)], DetectionGen.Classes, Options, 50, seed: 1);
        Assert.Equal(new(0, 0, 0), hopeless);
        ScoreInterval halfAndHalf =
            FoldScores.Bootstrap([Fold(20, found: _ => true), Fold(20, found: _ => false)], DetectionGen.Classes, Options, 50, seed: 1);
        Assert.Equal(new(0.5, 0.5, 0.5), halfAndHalf);
    }

    [Fact]
    public void Interval_of_a_proportion_is_that_of_the_binomial()
    {
        // One truth per image, found on half of 400 images, no false positives: AP is the share of images found, so the bootstrap is a
        // binomial share with standard error sqrt(0.25 / 400) = 0.025, and the interval 0.5 ± 1.96 * 0.025. Over four such folds, half of that.
        ScoreInterval one = FoldScores.Bootstrap([Fold(400, found: i => i % 2 == 0)], DetectionGen.Classes, Options, 2000, seed: 3);
        Assert.Equal(0.5, one.Mean, Tolerance);
        Assert.Equal(0.5 - 0.049, one.Low, 0.005);
        Assert.Equal(0.5 + 0.049, one.High, 0.005);

        var folds = Enumerable.Repeat(Fold(400, found: i => i % 2 == 0), 4).ToList();
        ScoreInterval four = FoldScores.Bootstrap(folds, DetectionGen.Classes, Options, 2000, seed: 3);
        Assert.Equal(0.5 - 0.0245, four.Low, 0.003);
        Assert.Equal(0.5 + 0.0245, four.High, 0.003);
    }

    [Fact]
    public void Seed_decides_and_nothing_else()
    {
        var folds = new[] { Fold(60, found: i => i % 3 == 0), Fold(50, found: i => i % 2 == 0) };
        ScoreInterval first = FoldScores.Bootstrap(folds, DetectionGen.Classes, Options, 200, seed: 7);
        Assert.Equal(first, FoldScores.Bootstrap(folds, DetectionGen.Classes, Options, 200, seed: 7));
        Assert.NotEqual(first, FoldScores.Bootstrap(folds, DetectionGen.Classes, Options, 200, seed: 8));
    }

    /// <summary>An image drawn k times must score like k images of that content: written out as such, scored by the ordinary mAP.</summary>
    [Fact]
    public void Reweighted_images_score_like_copies_of_images() => Properties.Hold(
        Gen.Select(DetectionGen.Truths, DetectionGen.Predictions, Gen.Int[0, 3], Gen.Int[0, 3]),
        problem =>
        {
            (GroundTruth[] truths, Prediction[] predictions, int first, int second) = problem;

            // Ties between copies of different images may fall either way, so confidences are made distinct.
            predictions = [.. predictions.Select((p, i) => p with { Confidence = p.Confidence + (i / 1000.0) })];
            var images = new ImageIndex();
            int[] weights = new int[2];
            weights[images.Of("image0")] = first;
            weights[images.Of("image1")] = second;
            double actual = MeanAveragePrecision.Mean(DetectionMatcher.Match(truths, predictions, DetectionGen.Classes, Options, images), weights);

            int Copies(string image) => image == "image0" ? first : second;
            GroundTruth[] copiedTruths =
                [.. truths.SelectMany(t => Enumerable.Range(0, Copies(t.ImageId)).Select(k => t with { ImageId = $"{t.ImageId}#{k}" }))];
            Prediction[] copiedPredictions =
                [.. predictions.SelectMany(p => Enumerable.Range(0, Copies(p.ImageId)).Select(k => p with { ImageId = $"{p.ImageId}#{k}" }))];
            Assert.Equal(MeanAveragePrecision.Evaluate(copiedTruths, copiedPredictions, DetectionGen.Classes, Options).Map, actual, Tolerance);
        },
        iter: 2000);

    [Fact]
    public void Interval_is_ordered_and_the_mean_is_the_measured_one() => Properties.Hold(
        Gen.Select(DetectionGen.Truths, DetectionGen.Predictions).Array[1, 3],
        problem =>
        {
            (IReadOnlyList<GroundTruth> Truths, IReadOnlyList<Prediction> Predictions)[] folds = [.. problem.Select(f => (f.Item1, f.Item2))];
            ScoreInterval interval = FoldScores.Bootstrap(folds, DetectionGen.Classes, Options, 20, seed: 1);
            Assert.InRange(interval.Low, 0, interval.High);
            Assert.InRange(interval.High, interval.Low, 1);
            double mean = folds.Average(f => MeanAveragePrecision.Evaluate(f.Truths, f.Predictions, DetectionGen.Classes, Options).Map);
            Assert.Equal(mean, interval.Mean, Tolerance);
        },
        iter: 300);

    [Fact]
    public void One_resample_is_its_own_interval()
    {
        ScoreInterval interval = FoldScores.Bootstrap([Fold(10, found: i => i < 5)], DetectionGen.Classes, Options, 1, seed: 1);
        Assert.Equal(interval.Low, interval.High);
    }

    [Fact]
    public void No_folds_and_no_resamples_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FoldScores.Bootstrap([], DetectionGen.Classes, Options, 10, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FoldScores.Bootstrap([Fold(1, _ => true)], DetectionGen.Classes, Options, 0, seed: 1));
    }

    [Theory]
    [InlineData(0.1, 0.2, 0.3, 0.4, false)]
    [InlineData(0.1, 0.3, 0.3, 0.4, true)]
    [InlineData(0.1, 0.9, 0.3, 0.4, true)]
    public void Overlapping_intervals_are_ties(double lowA, double highA, double lowB, double highB, bool expected)
    {
        var a = new ScoreInterval(lowA, lowA, highA);
        var b = new ScoreInterval(lowB, lowB, highB);
        Assert.Equal(expected, FoldScores.IsTie(a, b));
        Assert.Equal(expected, FoldScores.IsTie(b, a));
    }

    private static (IReadOnlyList<GroundTruth> Truths, IReadOnlyList<Prediction> Predictions) Fold(int images, Func<int, bool> found) =>
    (
        [.. Enumerable.Range(0, images).Select(i => new GroundTruth($"image{i}", 0, Here))],
        [.. Enumerable.Range(0, images).Where(found).Select(i => new Prediction($"image{i}", 0, 0.5, Here))]
    );
}
