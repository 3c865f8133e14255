using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Tests.Fusion;

/// <summary>NMS, soft-NMS and NMW on cases worked out by hand.</summary>
public sealed class SuppressionTests
{
    private const double Tolerance = 1e-12;

    private static readonly Box First = new(0, 0, 10, 10);
    private static readonly Box Shifted = new(2, 0, 12, 10);
    private static readonly Box Far = new(50, 0, 60, 10);

    /// <summary>80 shared of 120.</summary>
    private const double Overlap = 2 / 3.0;

    [Fact]
    public void Hard_suppression_works_across_sources_and_keeps_confidences()
    {
        IReadOnlyList<Prediction> fused = Fuse(new(FusionMethod.Nms), [Found(0.6, First), Found(0.2, Far)], [Found(0.9, Shifted)]);
        Assert.Equal([Found(0.9, Shifted), Found(0.2, Far)], fused);
    }

    [Fact]
    public void Weights_rank_sources_in_suppression()
    {
        // Weights 2 and 1 become 1 and 0.5: 0.6 beats 0.9 * 0.5.
        IReadOnlyList<Prediction> fused = Fuse(new(FusionMethod.Nms, Weights: [2, 1]), [Found(0.6, First)], [Found(0.9, Shifted), Found(0.8, Far)]);
        Assert.Equal([Found(0.6, First), Found(0.4, Far)], fused);
    }

    [Fact]
    public void Soft_suppression_decays_by_the_squared_overlap()
    {
        IReadOnlyList<Prediction> fused = Fuse(new(FusionMethod.SoftNms, Sigma: 0.5), [Found(0.9, First), Found(0.8, Shifted), Found(0.7, Far)]);
        double decayed = 0.8 * Math.Exp(-Overlap * Overlap / 0.5);
        Assert.Equal([First, Far, Shifted], fused.Select(p => p.Box));
        Assert.Equal(0.9, fused[0].Confidence);
        Assert.Equal(0.7, fused[1].Confidence);
        Assert.Equal(decayed, fused[2].Confidence, Tolerance);
    }

    [Fact]
    public void Soft_suppression_ranks_again_after_each_decay()
    {
        // Shifted decays to 0.3289 below Near (0.5), which overlaps First by 1/19 only; so Near is taken second and decays Shifted again (IoU 3/17).
        Box near = new(9, 0, 19, 10);
        IReadOnlyList<Prediction> fused = Fuse(new(FusionMethod.SoftNms), [Found(0.9, First), Found(0.8, Shifted), Found(0.5, near)]);
        Assert.Equal([First, near, Shifted], fused.Select(p => p.Box));
        Assert.Equal(0.5 * Math.Exp(-1 / 361.0 / 0.5), fused[1].Confidence, Tolerance);
        Assert.Equal(0.8 * Math.Exp(-Overlap * Overlap / 0.5) * Math.Exp(-9 / 289.0 / 0.5), fused[2].Confidence, Tolerance);
    }

    [Fact]
    public void Soft_suppression_drops_what_decayed_to_the_skip_threshold()
    {
        // An identical box decays by exp(-2) = 0.135 to 0.108.
        Prediction[] source = [Found(0.9, First), Found(0.8, First)];
        Assert.Equal(2, Fuse(new(FusionMethod.SoftNms, SkipBelow: 0.1), source).Count);
        Assert.Single(Fuse(new(FusionMethod.SoftNms, SkipBelow: 0.11), source));
    }

    [Fact]
    public void Non_maximum_weighted_weighs_by_score_and_overlap_with_the_best()
    {
        // Weights 0.9 * 1 and 0.6 * 2/3 = 0.4: x_min = 0.4 * 2 / 1.3; the confidence stays that of the best box.
        IReadOnlyList<Prediction> fused = Fuse(new(FusionMethod.Nmw), [Found(0.9, First)], [Found(0.6, Shifted), Found(0.3, Far)]);
        Assert.Equal(2, fused.Count);
        Assert.Equal(0.9, fused[0].Confidence);
        Assert.Equal(0.4 * 2 / 1.3, fused[0].Box.XMin, Tolerance);
        Assert.Equal(((0.9 * 10) + (0.4 * 12)) / 1.3, fused[0].Box.XMax, Tolerance);
        Assert.Equal(Found(0.3, Far), fused[1]);
    }

    [Fact]
    public void Non_maximum_weighted_compares_with_the_best_box_not_with_the_mean()
    {
        // [4.5, 14.5] overlaps the mean of the first two by more than 0.4 but the best box by 5.5 / 14.5 = 0.379 only: it stays apart.
        IReadOnlyList<Prediction> fused =
            Fuse(new(FusionMethod.Nmw, Iou: 0.4), [Found(0.9, First)], [Found(0.8, new(3, 0, 13, 10))], [Found(0.7, new(4.5, 0, 14.5, 10))]);
        Assert.Equal([0.9, 0.7], fused.Select(p => p.Confidence));
    }

    private static Prediction Found(double confidence, Box box) => new("a", 0, confidence, box);

    private static IReadOnlyList<Prediction> Fuse(FusionOptions options, params Prediction[][] sources) => BoxFusion.Fuse(sources, options);
}
