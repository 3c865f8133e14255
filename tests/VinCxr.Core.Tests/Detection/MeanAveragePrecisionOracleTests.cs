using CsCheck;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Detection;

public sealed class MeanAveragePrecisionOracleTests
{
    private const double Tolerance = 1e-12;

    /// <summary>Overlaps that small integer boxes often hit exactly.</summary>
    private static readonly (int Over, int Under)[] Thresholds = [(2, 5), (1, 2), (1, 3)];

    public static TheoryData<MatchRule, bool, bool> Options =>
    [
        (MatchRule.Voc, false, true), (MatchRule.Voc, true, true), (MatchRule.Coco, false, true), (MatchRule.Coco, true, true),
        (MatchRule.Voc, false, false), (MatchRule.Coco, true, false),
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void Agrees_with_the_definition(MatchRule rule, bool inclusive, bool includeNoFinding)
    {
        var gen = Gen.Select(DetectionGen.Truths, DetectionGen.Predictions, Gen.Int[0, 2].Select(i => Thresholds[i]));
        int scored = 0;
        Properties.Hold(
            gen,
            problem =>
            {
                (GroundTruth[] truths, Prediction[] predictions, (int Over, int Under) iou) = problem;
                var options = new MapOptions((double)iou.Over / iou.Under, rule, inclusive, includeNoFinding);
                MapResult result = MeanAveragePrecision.Evaluate(truths, predictions, DetectionGen.Classes, options);

                int[] classes = includeNoFinding ? [0, 1, 2] : [0, 1];
                double?[] expected = [.. classes.Select(c => NaiveMeanAveragePrecision.Of(truths, predictions, c, iou, rule, inclusive))];
                Assert.Equal(classes, result.PerClass.Select(c => c.ClassId));
                foreach ((double? ap, ClassAveragePrecision actual) in expected.Zip(result.PerClass))
                {
                    Assert.Equal(ap is null, actual.Ap is null);
                    Assert.Equal(ap ?? 0, actual.Ap ?? 0, Tolerance);
                    scored += ap > 0 ? 1 : 0;
                }

                Assert.Equal(expected.Average() ?? 0, result.Map, Tolerance);
            },
            iter: 3000);
        Assert.True(scored > 2000, $"only {scored} classes had a score above 0: the cases are too easy");
    }
}
