using TorchSharp;
using VinCxr.Core.Detection;
using VinCxr.Training.Models;

namespace VinCxr.Training.Tests.Models;

public sealed class DetectionSelectionTests
{
    // Boxes 0 and 1 overlap with an IoU of 9/11, box 2 stands alone and reaches over the border, box 3 lies outside.
    private static readonly float[] Corners = [0, 0, 10, 10, 1, 0, 11, 10, 40, 40, 80, 80, 70, 70, 90, 90];

    // Two classes per box.
    private static readonly float[] Scores = [0.9f, 0.3f, 0.8f, 0.6f, 0.5f, 0.0005f, 0.95f, 0.95f];

    [Fact]
    public void Each_class_is_suppressed_on_its_own_and_boxes_are_clipped_to_the_input()
    {
        DetectionSet set = Select(new PredictOptions(MinConfidence: 0.01, NmsIou: 0.5));

        Assert.Equal([(0, 0.9), (1, 0.6), (0, 0.5)], set.ClassIds.Zip(set.Confidences.Select(c => Math.Round(c, 6))));
        Assert.Equal([new Box(0, 0, 10, 10), new Box(1, 0, 11, 10), new Box(40, 40, 64, 64)], set.Boxes);
    }

    [Fact]
    public void Caps_keep_the_most_confident()
    {
        Assert.Equal(2, Select(new PredictOptions(0.01, 0.5, MaxDetections: 2)).Count);
        // Candidates by confidence: 0.95, 0.95 (outside), 0.9, 0.8 (suppressed), 0.6.
        Assert.Equal(1, Select(new PredictOptions(0.01, 0.5, MaxCandidates: 4)).Count);
        Assert.Equal(2, Select(new PredictOptions(0.01, 0.5, MaxCandidates: 5)).Count);
    }

    [Fact]
    public void A_looser_overlap_keeps_both() => Assert.Equal(5, Select(new PredictOptions(0.01, NmsIou: 0.9)).Count);

    [Fact]
    public void Predictions_that_are_not_numbers_give_no_detections()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor confidences = torch.full([1, 4, 2], float.NaN);

        Assert.Equal(0, DetectionSelection.Select(torch.tensor(Corners, [1, 4, 4]), confidences, 64, 64, new PredictOptions())[0].Count);
    }

    private static DetectionSet Select(PredictOptions options)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return Assert.Single(DetectionSelection.Select(torch.tensor(Corners, [1, 4, 4]), torch.tensor(Scores, [1, 4, 2]), 64, 64, options));
    }
}
