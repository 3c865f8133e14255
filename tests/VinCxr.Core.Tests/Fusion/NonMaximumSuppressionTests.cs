using CsCheck;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;
using VinCxr.Core.Tests.Detection;

namespace VinCxr.Core.Tests.Fusion;

public sealed class NonMaximumSuppressionTests
{
    private static readonly Gen<(Box Box, double Score)[]> Boxes =
        Gen.Select(DetectionGen.Box, Gen.Int[0, 6], (box, sixths) => (box, sixths / 6.0)).Array[0, 20];

    [Fact]
    public void Drops_what_overlaps_a_higher_box()
    {
        // Second overlaps the first by 9/11, the third overlaps only the dropped second: it stays.
        Box[] boxes = [new(0, 0, 10, 10), new(1, 0, 11, 10), new(8, 0, 18, 10)];
        Assert.Equal([0, 2], NonMaximumSuppression.Keep(boxes, [0.9, 0.8, 0.7], 0.15));
        Assert.Equal([1], NonMaximumSuppression.Keep(boxes, [0.8, 0.9, 0.7], 0.15));
    }

    [Fact]
    public void Overlap_at_the_threshold_is_kept() =>
        Assert.Equal([0, 1], NonMaximumSuppression.Keep([new(0, 0, 10, 1), new(0, 0, 4, 1)], [0.9, 0.8], 0.4));

    [Fact]
    public void Ties_keep_input_order() =>
        Assert.Equal([0], NonMaximumSuppression.Keep([new(0, 0, 10, 10), new(1, 0, 11, 10)], [0.5, 0.5], 0.5));

    [Fact]
    public void Empty_stays_empty() => Assert.Empty(NonMaximumSuppression.Keep([], [], 0.5));

    [Fact]
    public void Lengths_must_agree() => Assert.Throws<ArgumentException>(() => NonMaximumSuppression.Keep([Box.NoFinding], [], 0.5));

    /// <summary>The kept set is the only one in which each box is kept exactly when no higher kept box overlaps it; found here by recursion over ranks.</summary>
    [Fact]
    public void Agrees_with_the_recursive_definition() => Properties.Hold(
        Gen.Select(Boxes, Gen.Int[1, 9]),
        problem =>
        {
            ((Box Box, double Score)[] boxes, int tenths) = problem;
            double iou = tenths / 10.0;
            bool Precedes(int a, int b) => boxes[a].Score > boxes[b].Score || (boxes[a].Score == boxes[b].Score && a < b);
            bool IsKept(int i) => Enumerable.Range(0, boxes.Length)
                .All(j => !Precedes(j, i) || boxes[j].Box.IoU(boxes[i].Box) <= iou || !IsKept(j));

            int[] expected = [.. Enumerable.Range(0, boxes.Length).Where(IsKept).OrderByDescending(i => boxes[i].Score).ThenBy(i => i)];
            int[] actual = NonMaximumSuppression.Keep([.. boxes.Select(b => b.Box)], [.. boxes.Select(b => b.Score)], iou);
            Assert.Equal(expected, actual);
        },
        iter: 2000);
}
