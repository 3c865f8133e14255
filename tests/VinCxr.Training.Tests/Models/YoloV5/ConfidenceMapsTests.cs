using TorchSharp;
using VinCxr.Training.Models;
using VinCxr.Training.Models.YoloV5;

namespace VinCxr.Training.Tests.Models.YoloV5;

public sealed class ConfidenceMapsTests
{
    private const int Height = 64, Width = 96, Classes = 3;

    [Fact]
    public void Each_cell_is_the_highest_confidence_of_all_predictions_that_come_from_there()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(5);
        torch.Tensor[] levels = [.. AnchorPyramid.Strides.Select(stride => torch.randn([2, 3, Height / stride, Width / stride, 5 + Classes], generator: generator))];
        ConfidenceMap[] maps = MapsOf(levels);

        Assert.Equal(2, maps.Length);
        for (int image = 0; image < 2; image++)
        {
            Assert.Equal((6, 4), (maps[image].Width, maps[image].Height));
            for (int cell = 0; cell < 24; cell++)
            {
                Assert.Equal(BruteForce(levels, image, row: cell / 6, column: cell % 6), maps[image].Values[cell], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(0, 5, 3)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 2)]
    public void The_highest_cell_lies_under_the_most_confident_box(int level, int row, int column)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] levels = [.. AnchorPyramid.Strides.Select(stride => torch.full([1, 3, Height / stride, Width / stride, 5 + Classes], -4f))];
        levels[level][0, 1, row, column] = torch.tensor([0f, 0, 1, 1, 3, -9, 2, -9]);
        (torch.Tensor boxes, torch.Tensor confidences) = YoloDecoder.Decode(levels, AnchorPyramid.Published.ToGridUnits());
        DetectionSet found = DetectionSelection.Select(boxes, confidences, Height, Width, new PredictOptions())[0];
        ConfidenceMap map = ConfidenceMaps.Of(confidences, Height, Width)[0];

        int highest = Array.IndexOf(map.Values, map.Values.Max());
        (double x, double y) = (((highest % map.Width) + 0.5) * 16, ((highest / map.Width) + 0.5) * 16);
        Assert.Equal(1, found.ClassIds[0]);
        Assert.InRange(x, found.Boxes[0].XMin, found.Boxes[0].XMax);
        Assert.InRange(y, found.Boxes[0].YMin, found.Boxes[0].YMax);
        Assert.Equal(found.Confidences[0], map.Values[highest], 1e-6);

        // Every cell of the level's own square has that value, and no other.
        int side = Math.Max(1, AnchorPyramid.Strides[level] / 16);
        Assert.Equal(side * side, map.Values.Count(v => v == map.Values[highest]));
    }

    [Fact]
    public void A_detector_gives_maps_only_when_asked_and_the_same_boxes_with_them()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using Detector detector = ModelCatalog.Create(new(Variant: "n", ImageSize: 64), Classes, seed: 3);
        detector.eval();
        torch.Tensor images = torch.rand([2, 1, 64, 96]);
        IReadOnlyList<DetectionSet> without = detector.Predict(images, new PredictOptions());
        IReadOnlyList<DetectionSet> with = detector.Predict(images, new PredictOptions(Maps: true));

        Assert.All(without, set => Assert.Null(set.Map));
        Assert.All(with.Zip(without), pair =>
        {
            Assert.Equal(pair.Second.Boxes, pair.First.Boxes);
            Assert.Equal(pair.Second.Confidences, pair.First.Confidences);
            Assert.Equal((6, 4), (pair.First.Map!.Width, pair.First.Map.Height));
            Assert.Equal(pair.First.Confidences[0], pair.First.Map.Values.Max(), 1e-6);
        });
    }

    [Fact]
    public void Nothing_is_left_behind_on_the_way()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor confidences = torch.rand([1, 3 * (96 + 24 + 6), Classes]);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        ConfidenceMaps.Of(confidences, Height, Width);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static ConfidenceMap[] MapsOf(torch.Tensor[] levels) =>
        ConfidenceMaps.Of(YoloDecoder.Decode(levels, AnchorPyramid.Published.ToGridUnits()).Confidences, Height, Width);

    /// <summary>Straight from the logits, prediction by prediction: the ones whose cell overlaps a square of 16 x 16 pixels.</summary>
    private static double BruteForce(torch.Tensor[] levels, int image, int row, int column)
    {
        double highest = 0;
        for (int level = 0; level < levels.Length; level++)
        {
            int stride = AnchorPyramid.Strides[level];
            float[] logits = levels[level][image].contiguous().data<float>().ToArray();
            (int rows, int columns) = (Height / stride, Width / stride);
            for (int i = 0; i < logits.Length; i += 5 + Classes)
            {
                int cell = i / (5 + Classes) % (rows * columns), x = cell % columns * stride, y = cell / columns * stride;
                bool overlaps = x < (column + 1) * 16 && x + stride > column * 16 && y < (row + 1) * 16 && y + stride > row * 16;
                for (int c = 0; overlaps && c < Classes; c++)
                {
                    highest = Math.Max(highest, Sigmoid(logits[i + 4]) * Sigmoid(logits[i + 5 + c]));
                }
            }
        }

        return highest;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
