using TorchSharp;
using VinCxr.Training.Models.YoloV5;

namespace VinCxr.Training.Tests.Models.YoloV5;

public sealed class YoloDecoderTests
{
    [Fact]
    public void Hand_computed_box_on_the_middle_level()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] levels = [.. AnchorPyramid.Strides.Select(stride => torch.zeros([1, 3, 32 / stride, 64 / stride, 7]))];
        // Second anchor (62, 45) of stride 16, row 1, column 3; sigmoid(ln 3) = 3/4 and sigmoid(-ln 3) = 1/4.
        float high = MathF.Log(3), low = -high;
        levels[1][0, 1, 1, 3] = torch.tensor([high, low, low, high, high, 0, low]);

        (torch.Tensor boxes, torch.Tensor confidences) = YoloDecoder.Decode(levels, AnchorPyramid.Published.ToGridUnits());

        Assert.Equal([1L, 3 * (32 + 8 + 2), 4], boxes.shape);
        Assert.Equal([1L, 3 * (32 + 8 + 2), 2], confidences.shape);
        int place = (3 * 32) + (1 * 8) + (1 * 4) + 3;
        double centreX = (1.5 - 0.5 + 3) * 16, centreY = (0.5 - 0.5 + 1) * 16, width = 0.25 * 62, height = 2.25 * 45;
        double[] expected = [centreX - (width / 2), centreY - (height / 2), centreX + (width / 2), centreY + (height / 2)];
        float[] box = boxes[0, place].data<float>().ToArray(), confidence = confidences[0, place].data<float>().ToArray();
        Assert.All(expected.Zip(box), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-4));
        Assert.Equal(0.75 * 0.5, confidence[0], tolerance: 1e-6);
        Assert.Equal(0.75 * 0.25, confidence[1], tolerance: 1e-6);
    }
}
