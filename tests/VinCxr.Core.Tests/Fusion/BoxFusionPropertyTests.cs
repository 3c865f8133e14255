using CsCheck;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;
using VinCxr.Core.Tests.Detection;

namespace VinCxr.Core.Tests.Fusion;

public sealed class BoxFusionPropertyTests
{
    private const double Tolerance = 1e-9;

    private static readonly Gen<Prediction[][]> Sources = DetectionGen.Predictions.Array[1, 5];

    private static readonly Gen<FusionMethod> Method = Gen.Int[0, 4].Select(i => (FusionMethod)i);

    [Fact]
    public void Order_of_equally_weighted_sources_does_not_matter() => Properties.Hold(
        Gen.Select(Sources, Method, Gen.Int),
        problem =>
        {
            (Prediction[][] sources, FusionMethod method, int seed) = problem;
            var random = new Random(seed);
            Prediction[][] shuffled = [.. sources.Select(s => s.ToArray())];
            random.Shuffle(shuffled);
            Array.ForEach(shuffled, random.Shuffle);
            Assert.Equal(BoxFusion.Fuse(sources, new(method)), BoxFusion.Fuse(shuffled, new(method)));
        },
        iter: 1000);

    [Fact]
    public void Every_fused_box_lies_within_the_boxes_of_its_image_and_class() => Properties.Hold(
        Gen.Select(Sources, Method),
        problem =>
        {
            (Prediction[][] sources, FusionMethod method) = problem;
            ILookup<(string, int), Prediction> given = sources.SelectMany(s => s).ToLookup(p => (p.ImageId, p.ClassId));
            foreach (Prediction fused in BoxFusion.Fuse(sources, new(method)))
            {
                var boxes = given[(fused.ImageId, fused.ClassId)].Select(p => p.Box).ToList();
                Assert.InRange(fused.Box.XMin, boxes.Min(b => b.XMin) - Tolerance, boxes.Max(b => b.XMin) + Tolerance);
                Assert.InRange(fused.Box.YMin, boxes.Min(b => b.YMin) - Tolerance, boxes.Max(b => b.YMin) + Tolerance);
                Assert.InRange(fused.Box.XMax, boxes.Min(b => b.XMax) - Tolerance, boxes.Max(b => b.XMax) + Tolerance);
                Assert.InRange(fused.Box.YMax, boxes.Min(b => b.YMax) - Tolerance, boxes.Max(b => b.YMax) + Tolerance);
                Assert.InRange(fused.Confidence, 0, 1 + Tolerance);
            }
        },
        iter: 1000);

    [Fact]
    public void Confidences_fall_within_an_image_and_images_ascend() => Properties.Hold(
        Gen.Select(Sources, Method),
        problem =>
        {
            IReadOnlyList<Prediction> fused = BoxFusion.Fuse(problem.Item1, new(problem.Item2), passThroughClass: 2);
            foreach ((Prediction before, Prediction after) in fused.Zip(fused.Skip(1)))
            {
                int order = string.CompareOrdinal(before.ImageId, after.ImageId);
                Assert.True(order < 0 || (order == 0 && before.Confidence >= after.Confidence), $"{before} before {after}");
            }
        },
        iter: 500);

    [Fact]
    public void Boxes_that_do_not_overlap_come_out_as_they_went_in_divided_by_the_number_of_models() => Properties.Hold(
        Gen.Select(Gen.Int[1, 100].Array[1, 20], Gen.Int[1, 4]),
        problem =>
        {
            (int[] percent, int models) = problem;
            Prediction[] source = [.. percent.Select((p, i) => new Prediction("a", 0, p / 100.0, new(20 * i, 0, (20 * i) + 10, 10)))];
            Prediction[][] sources = [source, .. Enumerable.Repeat(Array.Empty<Prediction>(), models - 1)];
            var expected = source.OrderByDescending(p => p.Confidence).ThenBy(p => p.Box.XMin).ToList();
            IReadOnlyList<Prediction> fused = BoxFusion.Fuse(sources, new(FusionMethod.Wbf));
            Assert.Equal(expected.Select(p => p.Box), fused.Select(p => p.Box));
            Assert.All(expected.Zip(fused), pair => Assert.Equal(pair.First.Confidence / models, pair.Second.Confidence, Tolerance));
        },
        iter: 300);

    [Fact]
    public void Suppressing_twice_changes_nothing() => Properties.Hold(
        Sources,
        sources =>
        {
            IReadOnlyList<Prediction> once = BoxFusion.Fuse(sources, new(FusionMethod.Nms));
            Assert.Equal(once, BoxFusion.Fuse([once], new(FusionMethod.Nms)));
        },
        iter: 500);

    [Fact]
    public void Copies_of_one_source_fuse_to_that_source() => Properties.Hold(
        Gen.Select(DetectionGen.Predictions, Gen.Int[2, 4]),
        problem =>
        {
            // Boxes of one class that overlap nowhere, so that a cluster holds one box of each copy.
            IReadOnlyList<Prediction> source = BoxFusion.Fuse([problem.Item1], new(FusionMethod.Nms, Iou: 1e-9));
            IReadOnlyList<Prediction> fused = BoxFusion.Fuse([.. Enumerable.Repeat(source, problem.Item2)], new(FusionMethod.Wbf));
            Assert.Equal(source.Count, fused.Count);
            Assert.All(source.Zip(fused), pair =>
            {
                Assert.Equal(pair.First.Confidence, pair.Second.Confidence, Tolerance);
                Assert.Equal(pair.First.Box.XMin, pair.Second.Box.XMin, Tolerance);
                Assert.Equal(pair.First.Box.YMax, pair.Second.Box.YMax, Tolerance);
            });
        },
        iter: 500);
}
