using CsCheck;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Detection;

/// <summary>Small random detection problems, dense in ties, overlaps and boxes right at the threshold.</summary>
internal static class DetectionGen
{
    /// <summary>Two findings and <i>No finding</i> (2).</summary>
    public static readonly ClassList Classes = new([new(0, "Nodule"), new(1, "Mass"), new(2, "No finding")], 2);

    public static readonly Gen<Box> Box = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[2, 5], Gen.Int[2, 5], (x, y, width, height) => new Box(x, y, x + width, y + height));

    private static readonly Gen<string> Image = Gen.Int[0, 1].Select(i => $"image{i}");

    public static readonly Gen<GroundTruth[]> Truths =
        Gen.Select(Image, Gen.Int[0, 2], Box, (image, classId, box) => new GroundTruth(image, classId, box)).Array[0, 14];

    public static readonly Gen<Prediction[]> Predictions =
        Gen.Select(Image, Gen.Int[0, 2], Gen.Int[0, 8], Box, (image, classId, eighths, box) => new Prediction(image, classId, eighths / 8.0, box))
            .Array[0, 24];
}
