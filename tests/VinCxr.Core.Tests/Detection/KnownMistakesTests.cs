using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Detection;

/// <summary>Widely used scorers of this competition go wrong in known ways; each case here has another score under the mistake it is named after.</summary>
public sealed class KnownMistakesTests
{
    [Fact]
    public void Corners_are_not_read_as_corner_and_size()
    {
        // As corners the boxes do not touch; read as x, y, width, height they would be 520 and 550 wide and overlap by 490² / 332,800 = 0.72.
        Assert.Equal(0, Score([new("a", 0, new(500, 500, 520, 520))], [new("a", 0, 0.9, new(530, 530, 550, 550))]));

        // And the other way round: corners share 6 of 12 columns; as sizes the second would end at 16 and share 6 of 16, which is below 0.4.
        Assert.Equal(1, Score([new("a", 0, new(0, 0, 10, 10))], [new("a", 0, 0.9, new(4, 0, 12, 10))]));
    }

    [Fact]
    public void Detections_are_ranked_before_they_are_matched()
    {
        // Matched in file order, the weak first row claims the truth, and the strong row becomes the false positive ranked first: AP 0.5.
        Box box = new(0, 0, 10, 10);
        Assert.Equal(1, Score([new("a", 0, box)], [new("a", 0, 0.2, box), new("a", 0, 0.9, box)]));
    }

    [Fact]
    public void Detections_are_ranked_over_all_images_not_image_by_image()
    {
        // Image by image the false detection of b (0.3) would come before the true one of c (0.8).
        Box box = new(0, 0, 10, 10);
        GroundTruth[] truths = [new("a", 0, box), new("c", 0, box)];
        Prediction[] predictions = [new("a", 0, 0.9, box), new("b", 0, 0.3, box), new("c", 0, 0.8, box)];
        Assert.Equal(1, Score(truths, predictions));
    }

    [Fact]
    public void More_than_a_hundred_detections_per_image_all_count()
    {
        // 150 truths and 150 detections on one image: a cap of 100 gives 2/3.
        Box[] boxes = [.. Enumerable.Range(0, 150).Select(i => new Box(20 * i, 0, (20 * i) + 10, 10))];
        GroundTruth[] truths = [.. boxes.Select(b => new GroundTruth("a", 0, b))];
        Prediction[] predictions = [.. boxes.Select((b, i) => new Prediction("a", 0, 1 - (i / 200.0), b))];
        Assert.Equal(1, Score(truths, predictions));
    }

    [Fact]
    public void Coordinates_are_not_truncated_to_integers()
    {
        // 0.9 x 0.9 against itself: truncated, both have no area and never match.
        Box tiny = new(0.05, 0.05, 0.95, 0.95);
        Assert.Equal(1, Score([new("a", 0, tiny)], [new("a", 0, 0.9, tiny)]));

        // IoU is 4.2 / 10 = 0.42, truncated 4 / 10, which is not above 0.4.
        Assert.Equal(1, Score([new("a", 0, new(0, 0, 10, 1))], [new("a", 0, 0.9, new(0, 0, 4.2, 1))]));
    }

    [Fact]
    public void Width_has_no_extra_pixel()
    {
        // IoU 1 / 3; with the inclusive pixels of the old VOC kit (11 x 11 boxes, 6 columns shared) it would be 66 / 176 = 0.375: choose a threshold between.
        GroundTruth[] truths = [new("a", 0, new(0, 0, 10, 10))];
        Prediction[] predictions = [new("a", 0, 0.9, new(5, 0, 15, 10))];
        Assert.Equal(0, Score(truths, predictions, new(Iou: 0.35)));
        Assert.Equal(1, Score(truths, predictions, new(Iou: 0.33)));
    }

    [Fact]
    public void No_finding_has_one_truth_per_image_not_one_per_rater()
    {
        // With three truths 0 0 1 1 on the image, two could never be found: recall would end at 1/3 under the VOC rule.
        Assert.Equal(1, Score([new("a", 14, Box.NoFinding)], [new("a", 14, 1, Box.NoFinding)]));
    }

    [Fact]
    public void Several_classes_on_one_image_do_not_claim_each_others_truths()
    {
        Box box = new(0, 0, 10, 10);
        Assert.Equal(0, Score([new("a", 0, box)], [new("a", 1, 0.9, box)]));
    }

    private static double Score(GroundTruth[] truths, Prediction[] predictions, MapOptions? options = null) =>
        MeanAveragePrecision.Evaluate(truths, predictions, ClassList.VinBigData, options).Map;
}
