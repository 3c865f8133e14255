using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Tests.Fusion;

public sealed class BoxFusionTests
{
    private static readonly Box Here = new(0, 0, 10, 10);

    public static TheoryData<FusionMethod> Methods => [.. Enum.GetValues<FusionMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Images_and_classes_are_kept_apart_and_ordered(FusionMethod method)
    {
        IReadOnlyList<Prediction> fused = BoxFusion.Fuse(
            [[new("b", 0, 0.5, Here), new("a", 1, 0.9, Here)], [new("a", 0, 0.7, Here)]], new(method));
        Assert.Equal(["a", "a", "b"], fused.Select(p => p.ImageId));
        Assert.Equal(3, fused.Select(p => (p.ImageId, p.ClassId)).Distinct().Count());
        Assert.True(fused[0].Confidence >= fused[1].Confidence);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Pass_through_class_is_the_weighted_mean_over_all_sources(FusionMethod method)
    {
        // Source 1 says 0.8 (its higher one), source 2 says nothing, source 3 says 0.001: (2 * 0.8 + 1 * 0 + 1 * 0.001) / 4; nothing is skipped.
        Prediction[][] sources =
        [
            [new("a", 14, 0.8, Box.NoFinding), new("a", 14, 0.3, Box.NoFinding)],
            [new("a", 3, 0.5, Here)],
            [new("a", 14, 0.001, new(0, 0, 2, 2))],
        ];
        IReadOnlyList<Prediction> fused = BoxFusion.Fuse(sources, new(method, SkipBelow: 0.01, Weights: [2, 1, 1]), passThroughClass: 14);
        Prediction normal = Assert.Single(fused, p => p.ClassId == 14);
        Assert.Equal(1.601 / 4, normal.Confidence, 1e-12);
        Assert.Equal(Box.NoFinding, normal.Box);
        Assert.Single(fused, p => p.ClassId == 3);
    }

    [Fact]
    public void Nothing_in_nothing_out()
    {
        Assert.Empty(BoxFusion.Fuse([], new(FusionMethod.Wbf)));
        Assert.Empty(BoxFusion.Fuse([[], []], new(FusionMethod.Wbf)));
    }

    [Fact]
    public void Bad_options_are_reported_all_at_once()
    {
        var options = new FusionOptions(FusionMethod.Wbf, Iou: 1.5, SkipBelow: -1, Sigma: 0, Weights: [1, -2]);
        var error = Assert.Throws<InvalidInputException>(() => BoxFusion.Fuse([[]], options));
        Assert.Equal(5, error.Errors.Count);
        Assert.Contains("1.5", error.Errors[0], StringComparison.Ordinal);
        Assert.Contains("2 weights for 1 sources", error.Errors[3], StringComparison.Ordinal);
        Assert.Contains("-2", error.Errors[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Confidences_must_be_finite(double confidence)
    {
        var error = Assert.Throws<InvalidInputException>(() => BoxFusion.Fuse([[new("lung7", 0, confidence, Here)]], new(FusionMethod.Nms)));
        Assert.Contains("lung7", error.Message, StringComparison.Ordinal);
    }
}
