using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Simulation;

/// <summary>Images with two boxes of different classes each, every third one normal.</summary>
internal static class SimulatedTruth
{
    public static ClassList Classes { get; } = new([new(0, "Mass"), new(1, "Nodule"), new(2, "No finding")], 2);

    public static LabelledImage[] Images(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => i % 3 == 2
            ? new LabelledImage($"img{i}", 1000, 800, true, [])
            : new LabelledImage($"img{i}", 1000, 800, false,
            [
                new LabelledBox(0, new Box(10 + (i % 7), 20, 210, 150 + (i % 11)), 1),
                new LabelledBox(1, new Box(700, 500 + (i % 13), 990, 790), 1),
            ])),
    ];

    public static GroundTruth[] TruthOf(IEnumerable<LabelledImage> images) =>
    [
        .. images.SelectMany(i => i.IsNormal
            ? [new GroundTruth(i.ImageId, 2, Box.NoFinding)]
            : i.Boxes.Select(b => new GroundTruth(i.ImageId, b.ClassId, b.Box))),
    ];
}
