using TorchSharp;
using VinCxr.Training.Losses;
using VinCxr.Training.Models;
using VinCxr.Training.Models.YoloV5;

namespace VinCxr.Training.Tests.Losses;

public sealed class YoloLossTests : IDisposable
{
    private const int Classes = 2;

    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Without_boxes_only_objectness_is_learned()
    {
        torch.Tensor[] levels = Levels(batch: 2, side: 64, logit: 0);
        DetectorLoss loss = Compute(levels, torch.zeros(0, 6), objectnessGain: 0.5);

        // Logit 0 against target 0 costs ln 2 everywhere; the levels weigh 4, 1 and 0.4.
        double objectness = 0.5 * 5.4 * Math.Log(2);
        Assert.Equal(objectness, loss.Parts["obj"].item<float>(), tolerance: 1e-5);
        Assert.Equal(0, loss.Parts["box"].item<float>());
        Assert.Equal(0, loss.Parts["cls"].item<float>());
        Assert.Equal(2 * objectness, loss.Total.item<float>(), tolerance: 1e-5);
        loss.Total.backward();
        Assert.All(levels, level => Assert.NotNull(level.grad));
    }

    [Fact]
    public void One_box_on_one_level_costs_what_the_formulas_say()
    {
        // A box of 12 x 12 pixels at 64 x 64, centre (20, 12): fits the anchors (10, 13) and (16, 30) of stride 8 and (33, 23), each by
        // a factor below 4, and on stride 16 the anchors (30, 61): no (5.1), (62, 45): no, (59, 119): no; stride 32 none.
        torch.Tensor[] levels = Levels(batch: 1, side: 64, logit: 0);
        DetectorLoss loss = Compute(levels, torch.tensor([0f, 1, 20 / 64f, 12 / 64f, 12 / 64f, 12 / 64f], [1, 6]), objectnessGain: 1);

        // Centre (2.5, 1.5) in cells: the middle of its cell, so no neighbour. Logit 0 decodes to the cell's middle and the anchor itself.
        (double Width, double Height)[] anchors = [(10, 13), (16, 30), (33, 23)];
        double[] iou = [.. anchors.Select(a => CentredCompleteIoU(12, 12, a.Width, a.Height))];
        Assert.Equal(0.05 * iou.Average(v => 1 - v), loss.Parts["box"].item<float>(), tolerance: 1e-5);
        // BCE at logit 0 is ln 2 whatever the target.
        Assert.Equal(0.5 * Classes / 80 * Math.Log(2), loss.Parts["cls"].item<float>(), tolerance: 1e-6);
        Assert.Equal(5.4 * Math.Log(2), loss.Parts["obj"].item<float>(), tolerance: 1e-5);

        // d BCE / d logit = (sigmoid - target) / cells, which shows the objectness targets: the IoU at the three matches, 0 elsewhere.
        loss.Total.backward();
        float[] gradient = levels[0].grad!.select(4, 4).contiguous().data<float>().ToArray();
        for (int i = 0; i < gradient.Length; i++)
        {
            bool matched = i % 64 == (1 * 8) + 2;
            double target = matched ? Math.Max(0, iou[i / 64]) : 0;
            Assert.Equal(4.0 * (0.5 - target) / gradient.Length, gradient[i], tolerance: 1e-6);
        }
    }

    [Fact]
    public void A_prediction_matched_twice_aims_at_its_better_overlap_in_any_order()
    {
        float[] small = [0, 0, 20 / 64f, 12 / 64f, 12 / 64f, 12 / 64f], large = [0, 0, 20 / 64f, 12 / 64f, 25 / 64f, 25 / 64f];
        float[] first = ObjectnessGradient([.. small, .. large]), second = ObjectnessGradient([.. large, .. small]);

        Assert.Equal(first, second);
        double better = Math.Max(CentredCompleteIoU(12, 12, 10, 13), CentredCompleteIoU(25, 25, 10, 13));
        Assert.Equal(4.0 * (0.5 - better) / first.Length, first[(1 * 8) + 2], tolerance: 1e-6);
    }

    [Fact]
    public void Objectness_gain_follows_the_input_area_down_to_its_floor()
    {
        var gains = new YoloLossGains(MinObjectness: 0.1);

        Assert.Equal(1, gains.ObjectnessAt(640, 640));
        Assert.Equal(2.56, gains.ObjectnessAt(1024, 1024), tolerance: 1e-12);
        Assert.Equal(0.5, gains.ObjectnessAt(320, 640));
        Assert.Equal(0.1, gains.ObjectnessAt(128, 128));
        Assert.Equal(0.0875, gains.ClassAt(14), tolerance: 1e-12);
    }

    private static float[] ObjectnessGradient(float[] rows)
    {
        torch.Tensor[] levels = Levels(batch: 1, side: 64, logit: 0);
        Compute(levels, torch.tensor(rows, [rows.Length / 6, 6]), objectnessGain: 1).Total.backward();
        return levels[0].grad!.select(4, 4).contiguous().data<float>().ToArray();
    }

    private static DetectorLoss Compute(torch.Tensor[] levels, torch.Tensor rows, double objectnessGain) =>
        new YoloLoss(Classes, new YoloLossGains()).Compute(levels, AnchorPyramid.Published.ToGridUnits(), new TargetBatch(rows), objectnessGain);

    private static torch.Tensor[] Levels(int batch, int side, float logit) =>
        [.. AnchorPyramid.Strides.Select(stride =>
            torch.full([batch, 3, side / stride, side / stride, 5 + Classes], logit, dtype: torch.float32).requires_grad_())];

    /// <summary>CIoU of two boxes around one centre: no distance term.</summary>
    private static double CentredCompleteIoU(double width, double height, double otherWidth, double otherHeight)
    {
        double intersection = Math.Min(width, otherWidth) * Math.Min(height, otherHeight);
        double iou = intersection / ((width * height) + (otherWidth * otherHeight) - intersection);
        double penalty = 4 / (Math.PI * Math.PI) * Math.Pow(Math.Atan(width / height) - Math.Atan(otherWidth / otherHeight), 2);
        return iou - (penalty * penalty / (1 - iou + penalty));
    }
}
