using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Detection;

public sealed class MeanAveragePrecisionTests
{
    private const double Tolerance = 1e-12;

    private static readonly Box Here = new(0, 0, 10, 10);
    private static readonly Box There = new(100, 100, 110, 110);
    private static readonly Box Elsewhere = new(200, 200, 210, 210);

    [Fact]
    public void Area_under_the_envelope_of_a_worked_example()
    {
        // Ranked: true, false, true, false, false, true; three truths of four found.
        // Precision at the hits: 1, 2/3, 1/2; the envelope keeps them; AP = (1 + 2/3 + 1/2 + 0) / 4.
        GroundTruth[] truths = [Truth("a", Here), Truth("a", There), Truth("b", Here), Truth("b", There)];
        Prediction[] predictions =
        [
            Found("a", 0.9, Here), Found("a", 0.8, Elsewhere), Found("b", 0.7, Here),
            Found("b", 0.6, Elsewhere), Found("c", 0.5, Here), Found("b", 0.4, There),
        ];
        ClassAveragePrecision result = Only(truths, predictions);
        Assert.Equal((1 + (2 / 3.0) + (1 / 2.0)) / 4, result.Ap!.Value, Tolerance);
        Assert.Equal([1, 1 / 2.0, 2 / 3.0, 2 / 4.0, 2 / 5.0, 3 / 6.0], result.Curve.Precision);
        Assert.Equal([0.25, 0.25, 0.5, 0.5, 0.5, 0.75], result.Curve.Recall);
        Assert.Equal([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], result.Curve.Confidence);
        Assert.Equal((4, 6), (result.GroundTruths, result.Detections));
    }

    [Fact]
    public void Envelope_lifts_a_dip_and_uses_all_points()
    {
        // Ranked: false, true, true. Precision at the hits: 1/2, 2/3; the envelope lifts the first to 2/3.
        // One truth of three is missed, which tells all-point from sampled AP:
        // AP = (2/3 + 2/3 + 0) / 3 = 4/9, where eleven points give 7/11 * 2/3 and 101 points give 67/101 * 2/3.
        GroundTruth[] truths = [Truth("a", Here), Truth("a", There), Truth("b", There)];
        Prediction[] predictions = [Found("a", 0.9, Elsewhere), Found("a", 0.8, Here), Found("a", 0.7, There)];
        Assert.Equal(4 / 9.0, Only(truths, predictions).Ap!.Value, Tolerance);
    }

    [Fact]
    public void Voc_and_coco_matching_differ_when_the_best_truth_is_taken()
    {
        // Both detections overlap the first truth best: the second has IoU 90/110 with it and 80/120 with the other.
        GroundTruth[] truths = [Truth("a", new(0, 0, 10, 10)), Truth("a", new(3, 0, 13, 10))];
        Prediction[] predictions = [Found("a", 0.9, new(0, 0, 10, 10)), Found("a", 0.8, new(1, 0, 11, 10))];
        Assert.Equal(0.5, Only(truths, predictions, new(Match: MatchRule.Voc)).Ap!.Value, Tolerance);
        Assert.Equal(1.0, Only(truths, predictions, new(Match: MatchRule.Coco)).Ap!.Value, Tolerance);
    }

    [Fact]
    public void Overlap_equal_to_the_threshold_counts_only_when_inclusive()
    {
        // Intersection 4, union 10: IoU is exactly 0.4.
        GroundTruth[] truths = [Truth("a", new(0, 0, 10, 1))];
        Prediction[] predictions = [Found("a", 0.9, new(0, 0, 4, 1))];
        Assert.Equal(0, Only(truths, predictions, new(InclusiveIou: false)).Ap);
        Assert.Equal(1, Only(truths, predictions, new(InclusiveIou: true)).Ap);
    }

    [Fact]
    public void Equal_confidences_keep_input_order()
    {
        GroundTruth[] truths = [Truth("a", Here)];
        Prediction hit = Found("a", 0.5, Here), miss = Found("b", 0.5, Here);
        Assert.Equal(1.0, Only(truths, [hit, miss]).Ap);
        Assert.Equal(0.5, Only(truths, [miss, hit]).Ap);
    }

    [Fact]
    public void Classes_without_truth_stay_out_of_the_mean_but_are_listed()
    {
        Prediction[] predictions = [Found("a", 0.9, Here), new("a", 3, 0.9, Here), new("a", 77, 0.9, Here)];
        MapResult result = MeanAveragePrecision.Evaluate([Truth("a", Here)], predictions, ClassList.VinBigData);
        Assert.Equal(1, result.Map);
        Assert.Equal([.. Enumerable.Range(0, 15), 77], result.PerClass.Select(c => c.ClassId));
        ClassAveragePrecision withoutTruth = result.PerClass[3];
        Assert.Null(withoutTruth.Ap);
        Assert.Equal((0, 1, "Cardiomegaly"), (withoutTruth.GroundTruths, withoutTruth.Detections, withoutTruth.ClassName));
        Assert.Empty(withoutTruth.Curve.Precision);
    }

    [Fact]
    public void Detections_on_images_without_truth_are_false()
    {
        Prediction[] predictions = [Found("normal", 0.9, Here), Found("a", 0.8, Here)];
        Assert.Equal(0.5, Only([Truth("a", Here)], predictions).Ap);
    }

    [Fact]
    public void No_finding_is_a_class_like_any_other_unless_left_out()
    {
        GroundTruth[] truths = [new("sick", 0, Here), new("normal", 14, Box.NoFinding)];
        Prediction[] predictions = [new("sick", 0, 0.9, Here), new("sick", 14, 0.6, Box.NoFinding), new("normal", 14, 0.5, Box.NoFinding)];
        MapResult fifteen = MeanAveragePrecision.Evaluate(truths, predictions, ClassList.VinBigData);
        Assert.Equal((1 + 0.5) / 2, fifteen.Map, Tolerance);
        MapResult fourteen = MeanAveragePrecision.Evaluate(truths, predictions, ClassList.VinBigData, new(IncludeNoFinding: false));
        Assert.Equal(1, fourteen.Map);
        Assert.DoesNotContain(fourteen.PerClass, c => c.ClassId == 14);
    }

    [Fact]
    public void Nothing_to_score_is_zero()
    {
        Assert.Equal(0, MeanAveragePrecision.Evaluate([], [], ClassList.VinBigData).Map);
        Assert.Equal(0, MeanAveragePrecision.Evaluate([], [Found("a", 0.9, Here)], ClassList.VinBigData).Map);
        Assert.Equal(0, Only([Truth("a", Here)], []).Ap);
    }

    [Fact]
    public void Confidence_that_is_not_a_number_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidInputException>(() => Only([Truth("a", Here)], [Found("lung7", double.NaN, Here)]));
        Assert.Contains("lung7", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Threshold_out_of_range_is_refused(double iou)
    {
        var error = Assert.Throws<InvalidInputException>(() => Only([], [], new(Iou: iou)));
        Assert.Contains(iou.ToString(), error.Message, StringComparison.Ordinal);
    }

    private static GroundTruth Truth(string image, Box box) => new(image, 0, box);

    private static Prediction Found(string image, double confidence, Box box) => new(image, 0, confidence, box);

    private static ClassAveragePrecision Only(GroundTruth[] truths, Prediction[] predictions, MapOptions? options = null) =>
        MeanAveragePrecision.Evaluate(truths, predictions, ClassList.VinBigData, options).PerClass[0];
}
