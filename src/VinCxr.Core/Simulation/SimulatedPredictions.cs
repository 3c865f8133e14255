using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Simulation;

/// <summary>
/// Predictions of a wanted quality. A true box is found with probability q, a little off but well above IoU 0.4, and confidently; of the others there is
/// a box that overlaps too little, with less confidence than any found one. Then precision is 1 up to recall q, and average precision is q.
/// </summary>
internal static class SimulatedPredictions
{
    private const double FoundAbove = 0.5;

    /// <summary>Shift as a share of the side: IoU is at least 0.68 up to 0.1 on both axes, and at most 0.25 from 0.5 on both.</summary>
    private const double SmallShift = 0.1, LargeShift = 0.5;

    /// <param name="quality">q, in [0, 1].</param>
    public static IReadOnlyList<Prediction> Make(SeededDraw draw, double quality, IReadOnlyList<LabelledImage> images, ClassList classes)
    {
        List<Prediction> predictions = [];
        foreach (var image in images)
        {
            var imageDraw = draw.At(image.ImageId);
            for (int i = 0; i < image.Boxes.Count; i++)
            {
                predictions.Add(Of(imageDraw.At(i), quality, image, image.Boxes[i]));
            }

            if (classes.NoFindingId is { } normal && (image.IsNormal || image.Boxes.Count > 0))
            {
                // Images with findings get one too, below all normal ones that were recognised.
                var (isFound, confidence) = Confidence(imageDraw.At("normal"), image.IsNormal ? quality : 0);
                if (isFound || !image.IsNormal)
                {
                    predictions.Add(new Prediction(image.ImageId, normal, confidence, Box.NoFinding));
                }
            }
        }

        return predictions;
    }

    private static Prediction Of(SeededDraw draw, double quality, LabelledImage image, LabelledBox truth)
    {
        var (isFound, confidence) = Confidence(draw, quality);
        var box = truth.Box;
        double dx = box.Width * Shift(draw.At("x"), isFound, box.XMin + box.XMax > image.Width);
        double dy = box.Height * Shift(draw.At("y"), isFound, box.YMin + box.YMax > image.Height);
        return new Prediction(image.ImageId, truth.ClassId, confidence, new Box(
            Math.Max(0, box.XMin + dx), Math.Max(0, box.YMin + dy), Math.Min(image.Width, box.XMax + dx), Math.Min(image.Height, box.YMax + dy)));
    }

    /// <summary>Large shifts go towards the middle of the image, where there is room for the box.</summary>
    private static double Shift(SeededDraw draw, bool isFound, bool isBeyondMiddle) =>
        isFound ? SmallShift * ((2 * draw.Uniform) - 1) : LargeShift * (1 + draw.Uniform) * (isBeyondMiddle ? -1 : 1);

    private static (bool IsFound, double Confidence) Confidence(SeededDraw draw, double quality)
    {
        bool isFound = draw.At("found").Uniform < quality;
        double within = draw.At("confidence").Uniform;
        return (isFound, isFound ? FoundAbove + ((1 - FoundAbove) * within) : FoundAbove * within);
    }
}
