using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Tests.Fusion;

/// <summary>WBF on cases worked out by hand.</summary>
public sealed class WeightedBoxesFusionTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Two_models_agree()
    {
        // IoU 90 / 110 > 0.5. x_min = (0.9 * 0 + 0.6 * 1) / 1.5 = 0.4, x_max = (0.9 * 10 + 0.6 * 11) / 1.5 = 10.4.
        // Confidence: mean 0.75, times min(2 models, 2 boxes) / 2 = 0.75.
        Prediction fused = Assert.Single(Fuse(new(FusionMethod.Wbf), [Found(0.9, new(0, 0, 10, 10))], [Found(0.6, new(1, 0, 11, 10))]));
        AssertBox(new(0.4, 0, 10.4, 10), fused.Box);
        Assert.Equal(0.75, fused.Confidence, Tolerance);
    }

    [Fact]
    public void A_box_of_one_model_in_three_is_divided_by_three()
    {
        Prediction fused = Assert.Single(Fuse(new(FusionMethod.Wbf), [Found(0.9, new(0, 0, 10, 10))], [], []));
        Assert.Equal(new Box(0, 0, 10, 10), fused.Box);
        Assert.Equal(0.3, fused.Confidence, Tolerance);
    }

    [Fact]
    public void More_boxes_than_models_count_only_with_overflow()
    {
        // Three boxes of two models in one cluster, mean 0.6: times min(2, 3) / 2 = 0.6; with overflow times 3 / 2 = 0.9.
        Prediction[] a = [Found(0.8, new(0, 0, 10, 10)), Found(0.4, new(0, 0, 10, 10))];
        Prediction[] b = [Found(0.6, new(0, 0, 10, 10))];
        Assert.Equal(0.6, Assert.Single(Fuse(new(FusionMethod.Wbf), a, b)).Confidence, Tolerance);
        Assert.Equal(0.9, Assert.Single(Fuse(new(FusionMethod.Wbf, AllowOverflow: true), a, b)).Confidence, Tolerance);
    }

    [Fact]
    public void Weights_scale_confidences_and_the_sum_divides()
    {
        // Weights 3 and 1: scores 3 * 0.5 = 1.5 and 1 * 0.9 = 0.9; mean 1.2, times min(2, 2) / 4 = 0.6 (= (3 * 0.5 + 0.9) / 4).
        // x_min = (1.5 * 0 + 0.9 * 2) / 2.4 = 0.75.
        var options = new FusionOptions(FusionMethod.Wbf, Weights: [3, 1]);
        Prediction fused = Assert.Single(Fuse(options, [Found(0.5, new(0, 0, 10, 10))], [Found(0.9, new(2, 0, 12, 10))]));
        AssertBox(new(0.75, 0, 10.75, 10), fused.Box);
        Assert.Equal(0.6, fused.Confidence, Tolerance);

        // Alone, the heavy model's box gets 3 * 0.5 * 1 / 4.
        Assert.Equal(0.375, Assert.Single(Fuse(options, [Found(0.5, new(0, 0, 10, 10))], [])).Confidence, Tolerance);
    }

    [Fact]
    public void Boxes_are_matched_with_the_running_mean_not_with_the_first_box()
    {
        // Rank 1 [0, 10], rank 2 [3, 13] (IoU 7/13 > 0.5): mean [1.5, 11.5] at equal scores.
        // Rank 3 [4.5, 14.5] overlaps the mean by 7/13, but the first box only by 5.5/14.5: it joins, since the mean moved.
        Prediction fused = Assert.Single(Fuse(
            new(FusionMethod.Wbf), [Found(0.8, new(0, 0, 10, 10))], [Found(0.8, new(3, 0, 13, 10))], [Found(0.4, new(4.5, 0, 14.5, 10))]));

        // x_min = (0.8 * 0 + 0.8 * 3 + 0.4 * 4.5) / 2 = 2.1; confidence = 2 / 3 * 3 / 3.
        AssertBox(new(2.1, 0, 12.1, 10), fused.Box);
        Assert.Equal(2 / 3.0, fused.Confidence, Tolerance);
    }

    [Fact]
    public void A_box_joins_the_cluster_it_overlaps_most()
    {
        // Ranked third, [3, 13] overlaps [0, 10] by 7/13 and [4, 14] by 9/11; those two overlap each other by 6/14.
        IReadOnlyList<Prediction> fused = Fuse(
            new(FusionMethod.Wbf), [Found(0.9, new(0, 0, 10, 10)), Found(0.8, new(4, 0, 14, 10))], [Found(0.4, new(3, 0, 13, 10))]);
        Assert.Equal(2, fused.Count);
        AssertBox(new(((0.8 * 4) + (0.4 * 3)) / 1.2, 0, ((0.8 * 14) + (0.4 * 13)) / 1.2, 10), fused[0].Box);
        Assert.Equal(0.6, fused[0].Confidence, Tolerance);
        Assert.Equal(new Box(0, 0, 10, 10), fused[1].Box);
        Assert.Equal(0.45, fused[1].Confidence, Tolerance);
    }

    [Fact]
    public void Overlap_at_the_threshold_does_not_merge() =>
        Assert.Equal(2, Fuse(new(FusionMethod.Wbf, Iou: 0.4), [Found(0.9, new(0, 0, 10, 1))], [Found(0.8, new(0, 0, 4, 1))]).Count);

    [Fact]
    public void Boxes_at_or_below_the_skip_threshold_are_dropped_before_weights()
    {
        var options = new FusionOptions(FusionMethod.Wbf, SkipBelow: 0.1, Weights: [1, 9]);
        Prediction fused = Assert.Single(Fuse(options, [Found(0.5, new(0, 0, 10, 10))], [Found(0.1, new(0, 0, 10, 10))]));
        Assert.Equal(0.05, fused.Confidence, Tolerance);
    }

    [Fact]
    public void Summed_confidences_are_normalised_over_all_images_of_the_class()
    {
        // Class 0: sums 0.9 + 0.6 = 1.5 on a, 0.5 on b; divided by 1.5. Class 1 has its own largest sum, 0.2.
        IReadOnlyList<Prediction> fused = Fuse(
            new(FusionMethod.PSum),
            [Found(0.9, new(0, 0, 10, 10)), new("b", 0, 0.5, new(0, 0, 10, 10)), new("b", 1, 0.2, new(50, 0, 60, 10))],
            [Found(0.6, new(0, 0, 10, 10))]);
        Assert.Equal([("a", 0), ("b", 1), ("b", 0)], fused.Select(p => (p.ImageId, p.ClassId)));
        Assert.Equal(1, fused[0].Confidence, Tolerance);
        Assert.Equal(1, fused[1].Confidence, Tolerance);
        Assert.Equal(1 / 3.0, fused[2].Confidence, Tolerance);
    }

    private static Prediction Found(double confidence, Box box) => new("a", 0, confidence, box);

    private static IReadOnlyList<Prediction> Fuse(FusionOptions options, params Prediction[][] sources) => BoxFusion.Fuse(sources, options);

    private static void AssertBox(Box expected, Box actual)
    {
        Assert.Equal(expected.XMin, actual.XMin, Tolerance);
        Assert.Equal(expected.YMin, actual.YMin, Tolerance);
        Assert.Equal(expected.XMax, actual.XMax, Tolerance);
        Assert.Equal(expected.YMax, actual.YMax, Tolerance);
    }
}
