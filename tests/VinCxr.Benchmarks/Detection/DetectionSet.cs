using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Benchmarks.Detection;

/// <summary>Truth and predictions of the shape of VinBigData: 29 % abnormal images with 3 findings each, a detector that outputs 100 boxes per image.</summary>
internal static class DetectionSet
{
    private const double AbnormalShare = 0.293;
    private const int FindingsPerImage = 3;

    public static GroundTruth[] Truths(int images, int seed)
    {
        var random = new Random(seed);
        ClassList classes = ClassList.VinBigData;
        return
        [
            .. Enumerable.Range(0, images).SelectMany(image => random.NextDouble() < AbnormalShare
                ? Enumerable.Range(0, FindingsPerImage).Select(_ => new GroundTruth(IdOf(image), random.Next(classes.Findings.Count), RandomBox(random)))
                : [new GroundTruth(IdOf(image), classes.NoFindingId!.Value, Box.NoFinding)]),
        ];
    }

    /// <summary>Every truth found with jitter, filled up with false boxes of low confidence.</summary>
    public static Prediction[] Predictions(IEnumerable<GroundTruth> truths, int perImage, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. truths.GroupBy(t => t.ImageId).SelectMany(image => image
                .Select(t => new Prediction(t.ImageId, t.ClassId, random.NextDouble(), Jitter(t.Box, random)))
                .Concat(Enumerable.Range(0, perImage).Select(_ => new Prediction(
                    image.Key, random.Next(ClassList.VinBigData.Findings.Count), 0.3 * random.NextDouble(), RandomBox(random))))
                .Take(perImage)),
        ];
    }

    private static string IdOf(int image) => $"{image:x32}";

    private static Box RandomBox(Random random)
    {
        double x = random.NextDouble() * 2000, y = random.NextDouble() * 2300;
        return new(x, y, x + 50 + (random.NextDouble() * 500), y + 50 + (random.NextDouble() * 500));
    }

    private static Box Jitter(Box box, Random random)
    {
        double shift = box.Width * 0.2 * random.NextDouble();
        return new(box.XMin + shift, box.YMin, box.XMax + shift, box.YMax);
    }
}
