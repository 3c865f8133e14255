using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Activations;
using VinCxr.Training.Inference;
using VinCxr.Training.Models;
using VinCxr.Training.Tests.Loading;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Inference;

public sealed class DetectorPredictorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Boxes_come_back_in_original_pixels_with_class_ids_of_the_data_set()
    {
        var images = new SquareImages();
        images.Add("wide", 200, 100, new Box(20, 10, 120, 90), classId: 7);

        // 200 x 100 becomes 64 x 32, with 16 rows of padding above.
        using var detector = new FixedDetector(new DetectionSet([new Box(6.4, 19.2, 38.4, 44.8), new Box(-4, 10, 64, 70)], [0.75, 0.5], [1, 0]));
        using var predictor = new DetectorPredictor(detector, SquareImages.Classes, imageSize: 64, CPU);
        IReadOnlyList<Prediction> rows = predictor.Predict(images.Source, ["wide"], new PredictOptions(), cancellationToken: Cancellation);
        Assert.Equal([7, 3, 9], rows.Select(p => p.ClassId));
        AssertBox(new Box(20, 10, 120, 90), rows[0].Box);
        AssertBox(new Box(0, 0, 200, 100), rows[1].Box);
        Assert.Equal(new Prediction("wide", 9, 0.25, Box.NoFinding), rows[2]);
        Assert.True(detector.training);
    }

    [Fact]
    public void Every_image_gets_its_map_in_the_same_pass()
    {
        SquareImages images = SquareImages.Draw(5, seed: 1);
        string[] ids = [.. images.Images.Select(i => i.ImageId)];
        using var detector = new FixedDetector(new DetectionSet([], [], []) { Map = new ConfidenceMap(4, 4, [.. Enumerable.Repeat(0.5f, 16)]) });
        using var predictor = new DetectorPredictor(detector, SquareImages.Classes, 64, CPU);
        var maps = new List<ActivationMap>();
        predictor.Predict(images.Source, ids, new PredictOptions(Maps: true), batch: 2, mapped: maps.Add, cancellationToken: Cancellation);
        Assert.Equal(3, detector.Passes);
        Assert.Equal(ids, maps.Select(m => m.ImageId));
        Assert.All(maps, m => Assert.Equal(0.5f, m.Peak));

        using var mapless = new FixedDetector(new DetectionSet([], [], []));
        using var other = new DetectorPredictor(mapless, SquareImages.Classes, 64, CPU);
        other.Predict(images.Source, ids, new PredictOptions(Maps: true), mapped: _ => Assert.Fail("a map of a model without"), cancellationToken: Cancellation);
    }

    [Fact]
    public void An_image_without_detections_is_certainly_normal()
    {
        SquareImages images = SquareImages.Draw(5, seed: 1);
        using var detector = new FixedDetector(new DetectionSet([], [], []));
        using var predictor = new DetectorPredictor(detector, SquareImages.Classes, 64, CPU);
        string[] ids = [.. images.Images.Select(i => i.ImageId)];
        IReadOnlyList<Prediction> rows = predictor.Predict(images.Source, ids, new PredictOptions(), batch: 2, cancellationToken: Cancellation);
        Assert.Equal(ids.Select(id => new Prediction(id, 9, 1, Box.NoFinding)), rows);

        using var findingsOnly = new DetectorPredictor(detector, SquareImages.Classes with { NoFindingId = null }, 64, CPU);
        Assert.Empty(findingsOnly.Predict(images.Source, ids, new PredictOptions(), cancellationToken: Cancellation));
    }

    [Fact]
    public void Weights_that_are_none_are_refused() => Assert.Throws<TrainingException>(
        () => DetectorPredictor.Load(new ModelSpec(Variant: "n", ImageSize: 64), SquareImages.Classes, Path.Combine(Path.GetTempPath(), "no-such-weights")));

    private static void AssertBox(Box expected, Box actual)
    {
        Assert.Equal(expected.XMin, actual.XMin, 1e-9);
        Assert.Equal(expected.YMin, actual.YMin, 1e-9);
        Assert.Equal(expected.XMax, actual.XMax, 1e-9);
        Assert.Equal(expected.YMax, actual.YMax, 1e-9);
    }

    private sealed class FixedDetector(DetectionSet answer) : Detector("fixed", 2)
    {
        public int Passes { get; private set; }

        public override int ImageStride => 32;

        public override DetectorLoss ComputeLoss(Tensor images, TargetBatch targets) => throw new NotSupportedException();

        public override IReadOnlyList<DetectionSet> Predict(Tensor images, PredictOptions options)
        {
            Assert.False(training);
            Passes++;
            Assert.Equal([1, 64, 64], images.shape[1..]);
            return [.. Enumerable.Repeat(answer, (int)images.shape[0])];
        }

        public override IReadOnlyList<ParameterGroup> ParameterGroups(double weightDecay) => [];
    }
}
