using CsCheck;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Detection;

public sealed class DetectionOutcomesTests
{
    private const double Iou = 0.4;

    private static readonly MapOptions FindingsOnly = new(Iou, IncludeNoFinding: false);

    [Fact]
    public void The_second_detection_of_a_finding_and_one_of_another_class_are_false()
    {
        GroundTruth[] truths = [new("a", 0, new(0, 0, 10, 10)), new("a", 1, new(20, 0, 30, 10)), new("b", 0, new(0, 0, 10, 10))];
        Prediction[] predictions =
        [
            new("a", 0, 0.5, new(0, 0, 10, 10)), new("a", 0, 0.9, new(1, 0, 11, 10)), new("a", 0, 0.8, new(20, 0, 30, 10)), new("a", 2, 0.7, Box.NoFinding),
        ];

        var outcomes = DetectionOutcomes.Of(truths, predictions, DetectionGen.Classes, FindingsOnly);

        Assert.Equal([new DetectionOutcome(1, 0), new DetectionOutcome(2, null), new DetectionOutcome(0, null)], outcomes.Detections);
        Assert.Equal([new TruthOutcome(0, 0.9), new TruthOutcome(2, null), new TruthOutcome(1, null)], outcomes.Truths);
    }

    [Theory]
    [InlineData(MatchRule.Voc)]
    [InlineData(MatchRule.Coco)]
    public void Outcomes_are_those_of_a_search_by_hand(MatchRule rule)
    {
        int claimed = 0;
        Properties.Hold(
            Gen.Select(DetectionGen.Truths, DetectionGen.Predictions),
            problem =>
            {
                (GroundTruth[] truths, Prediction[] predictions) = problem;
                var outcomes = DetectionOutcomes.Of(truths, predictions, DetectionGen.Classes, new(Iou, rule));

                var expected = ByHand(truths, predictions, rule);
                Assert.Equal(expected, outcomes.Detections.ToDictionary(d => d.Item, d => d.Truth));
                Assert.Equal(truths.Length, outcomes.Truths.Count);
                Assert.All(outcomes.Truths, t => Assert.Equal(
                    outcomes.Detections.Where(d => d.Truth == t.Item).Select(d => (double?)predictions[d.Item].Confidence).SingleOrDefault(), t.FoundAt));
                claimed += outcomes.Detections.Count(d => d.Truth is not null);
            },
            iter: 2000);
        Assert.True(claimed > 2000, $"only {claimed} detections were true: the cases are too easy");
    }

    [Fact]
    public void A_threshold_on_confidence_takes_detections_away_and_changes_no_other()
    {
        Properties.Hold(
            Gen.Select(DetectionGen.Truths, DetectionGen.Predictions, Gen.Int[0, 8].Select(eighths => eighths / 8.0)),
            problem =>
            {
                (GroundTruth[] truths, Prediction[] predictions, double threshold) = problem;
                var all = DetectionOutcomes.Of(truths, predictions, DetectionGen.Classes, new(Iou));
                int[] kept = [.. Enumerable.Range(0, predictions.Length).Where(i => predictions[i].Confidence >= threshold)];

                var fewer = DetectionOutcomes.Of(truths, [.. kept.Select(i => predictions[i])], DetectionGen.Classes, new(Iou));

                Assert.Equal(
                    all.Detections.Where(d => predictions[d.Item].Confidence >= threshold), fewer.Detections.Select(d => d with { Item = kept[d.Item] }));
                Assert.Equal(all.Truths.Select(t => t.FoundAt >= threshold), fewer.Truths.Select(t => t.FoundAt is not null));
            },
            iter: 1000);
    }

    [Fact]
    public void The_score_counts_the_same_detections_as_true()
    {
        Properties.Hold(
            Gen.Select(DetectionGen.Truths, DetectionGen.Predictions),
            problem =>
            {
                (GroundTruth[] truths, Prediction[] predictions) = problem;
                var outcomes = DetectionOutcomes.Of(truths, predictions, DetectionGen.Classes, new(Iou));
                foreach (var scored in MeanAveragePrecision.Evaluate(truths, predictions, DetectionGen.Classes, new(Iou)).PerClass.Where(c => c.GroundTruths > 0 && c.Detections > 0))
                {
                    int found = outcomes.Truths.Count(t => truths[t.Item].ClassId == scored.ClassId && t.FoundAt is not null);
                    Assert.Equal((double)found / scored.GroundTruths, scored.Curve.Recall[^1], 1e-12);
                }
            },
            iter: 1000);
    }

    private static Dictionary<int, int?> ByHand(GroundTruth[] truths, Prediction[] predictions, MatchRule rule)
    {
        Dictionary<int, int?> outcomes = [];
        HashSet<int> taken = [];
        foreach (int item in Enumerable.Range(0, predictions.Length).OrderByDescending(i => predictions[i].Confidence))
        {
            var prediction = predictions[item];
            int best = Enumerable.Range(0, truths.Length)
                .Where(t => truths[t].ImageId == prediction.ImageId && truths[t].ClassId == prediction.ClassId && !(rule == MatchRule.Coco && taken.Contains(t)))
                .OrderByDescending(t => truths[t].Box.IoU(prediction.Box)).FirstOrDefault(-1);
            bool isTrue = best >= 0 && truths[best].Box.IoU(prediction.Box) > Iou && taken.Add(best);
            outcomes.Add(item, isTrue ? best : null);
        }

        return outcomes;
    }
}
