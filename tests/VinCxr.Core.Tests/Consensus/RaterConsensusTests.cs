using CsCheck;
using VinCxr.Core.Annotations;
using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;
using VinCxr.Core.Tests.Detection;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Consensus;

public sealed class RaterConsensusTests
{
    private static readonly (string ImageId, int Width, int Height)[] Sizes = [("a", 1000, 800), ("b", 500, 400)];

    [Fact]
    public void Weighted_boxes_average_the_raters_who_agree()
    {
        // R1 and R2 overlap by 90/110; R3 drew another place. Two of three, and one of three.
        LabelledImage image = Only(
            [Row("a", 0, "R1", new(0, 0, 10, 10)), Row("a", 0, "R2", new(1, 0, 11, 10)), Row("a", 0, "R3", new(50, 50, 60, 60))]);
        Assert.Equal(("a", 1000, 800, false), (image.ImageId, image.Width, image.Height, image.IsNormal));
        Assert.Equal(2, image.Boxes.Count);
        Assert.Equal(new LabelledBox(0, new(0.5, 0, 10.5, 10), 2 / 3.0), image.Boxes[0]);
        Assert.Equal(new LabelledBox(0, new(50, 50, 60, 60), 1 / 3.0), image.Boxes[1]);
    }

    [Fact]
    public void Suppression_keeps_the_box_that_most_raters_agree_with()
    {
        // R2 overlaps both others above 0.4 (7/13 each); R1 and R3 overlap each other by 4/16 only.
        Annotation[] rows = [Row("a", 0, "R1", new(0, 0, 10, 10)), Row("a", 0, "R2", new(3, 0, 13, 10)), Row("a", 0, "R3", new(6, 0, 16, 10))];
        LabelledBox kept = Assert.Single(Only(rows, "nms").Boxes);
        Assert.Equal(new LabelledBox(0, new(3, 0, 13, 10), 1), kept);
    }

    [Fact]
    public void Without_consensus_every_box_stands_with_full_weight()
    {
        Annotation[] rows = [Row("a", 0, "R1", new(0, 0, 10, 10)), Row("a", 0, "R2", new(0, 0, 10, 10))];
        Assert.Equal([new(0, new(0, 0, 10, 10), 1), new(0, new(0, 0, 10, 10), 1)], Only(rows, "none").Boxes);
    }

    [Theory]
    [InlineData("wbf")]
    [InlineData("nms")]
    public void One_rater_does_not_agree_with_himself(string method)
    {
        LabelledImage image = Only(
            [Row("a", 0, "R1", new(0, 0, 10, 10)), Row("a", 0, "R1", new(0, 0, 10, 10)), Row("a", 1, "R2", new(70, 0, 80, 10))], method);
        Assert.Equal([0.5, 0.5], image.Boxes.Select(b => b.Weight));
    }

    [Fact]
    public void Agreement_is_capped_at_three()
    {
        Annotation[] rows = [.. Enumerable.Range(1, 5).Select(r => Row("a", 0, $"R{r}", new(0, 0, 10, 10))), Row("a", 1, "R1", new(0, 0, 10, 10))];
        Assert.Equal([1, 1 / 3.0], Only(rows).Boxes.Select(b => b.Weight));
    }

    [Fact]
    public void Classes_are_never_merged()
    {
        LabelledImage image = Only([Row("a", 1, "R1", new(0, 0, 10, 10)), Row("a", 0, "R2", new(0, 0, 10, 10))]);
        Assert.Equal([0, 1], image.Boxes.Select(b => b.ClassId));
    }

    [Fact]
    public void Image_on_which_nobody_drew_is_normal_and_unread_images_are_left_out()
    {
        IReadOnlyList<LabelledImage> images = Build([Normal("b", "R1"), Normal("b", "R2"), Row("gone", 0, "R1", new(0, 0, 1, 1))]);
        LabelledImage image = Assert.Single(images);
        Assert.Equal(("b", true, 0), (image.ImageId, image.IsNormal, image.Boxes.Count));
    }

    [Fact]
    public void A_rater_who_sees_nothing_lowers_the_agreement()
    {
        LabelledImage image = Only([Row("a", 0, "R1", new(0, 0, 10, 10)), Normal("a", "R2"), Normal("a", "R3")]);
        Assert.False(image.IsNormal);
        Assert.Equal(1 / 3.0, Assert.Single(image.Boxes).Weight);
    }

    [Fact]
    public void Ground_truth_has_one_no_finding_box_per_normal_image()
    {
        IReadOnlyList<LabelledImage> images =
            Build([Normal("b", "R1"), Normal("b", "R2"), Normal("b", "R3"), Row("a", 0, "R1", new(0, 0, 10, 10))]);
        GroundTruth[] expected = [new("a", 0, new(0, 0, 10, 10)), new("b", 2, Box.NoFinding)];
        Assert.Equal(expected, RaterConsensus.ToGroundTruth(images, DetectionGen.Classes));
        Assert.Equal(expected[..1], RaterConsensus.ToGroundTruth(images, DetectionGen.Classes with { NoFindingId = null }));
    }

    [Fact]
    public void Order_of_rows_does_not_matter_and_weights_are_shares() => Properties.Hold(
        Gen.Select(
            Gen.Select(Gen.Int[0, 1], Gen.Int[1, 4], DetectionGen.Box, (c, r, box) => Row("a", c, $"R{r}", box)).Array[1, 10],
            Gen.Int[0, 2].Select(i => new[] { "wbf", "nms", "none" }[i]),
            Gen.Int),
        problem =>
        {
            (Annotation[] rows, string method, int seed) = problem;
            Annotation[] shuffled = [.. rows];
            new Random(seed).Shuffle(shuffled);
            LabelledImage image = Only(rows, method);
            Assert.Equal(image.Boxes, Only(shuffled, method).Boxes);
            Assert.All(image.Boxes, b => Assert.InRange(b.Weight, 1 / 3.0, 1));
        },
        iter: 1000);

    [Theory]
    [InlineData("vote", 0.4, "'vote'")]
    [InlineData("wbf", 0.0, "labels.iou 0 ")]
    [InlineData("wbf", 1.0, "labels.iou 1 ")]
    [InlineData("wbf", double.NaN, "labels.iou NaN")]
    public void Bad_settings_are_refused(string method, double iou, string quoted)
    {
        var error = Assert.Throws<InvalidInputException>(() => RaterConsensus.Build([], DetectionGen.Classes, Sizes, new(method, iou)));
        Assert.Contains(quoted, error.Message, StringComparison.Ordinal);
    }

    private static Annotation Row(string image, int classId, string rater, Box box) => new(image, classId, rater, box);

    private static Annotation Normal(string image, string rater) => new(image, 2, rater, null);

    private static IReadOnlyList<LabelledImage> Build(Annotation[] rows, string method = "wbf") =>
        RaterConsensus.Build(rows, DetectionGen.Classes, Sizes, new(method, 0.4));

    private static LabelledImage Only(Annotation[] rows, string method = "wbf") => Assert.Single(Build(rows, method));
}
