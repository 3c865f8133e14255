using TorchSharp;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Models;

namespace VinCxr.Training.Tests.Models.YoloV5;

public sealed class YoloV5OverfitTests
{
    private const int Side = 64;
    private const int Steps = 160;

    // Bright and grey rectangles are the two classes; the last image is empty.
    private static readonly (int Image, int ClassId, Box Box)[] Truth =
    [
        (0, 0, new Box(4, 6, 30, 34)), (1, 1, new Box(30, 24, 60, 58)), (2, 0, new Box(34, 2, 58, 24)), (2, 1, new Box(4, 32, 28, 62)),
    ];

    [Fact]
    public void A_few_images_are_learned_by_heart_in_a_hundred_and_sixty_steps()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using Detector detector = ModelCatalog.Create(new ModelSpec(Variant: "n", ImageSize: Side), classes: 2, seed: 1);
        torch.Tensor images = Images();
        var targets = new TargetBatch(torch.tensor(
            [.. Truth.SelectMany(t => new[]
            {
                t.Image, t.ClassId,
                (float)(t.Box.XMin + t.Box.XMax) / 2 / Side, (float)(t.Box.YMin + t.Box.YMax) / 2 / Side,
                (float)t.Box.Width / Side, (float)t.Box.Height / Side,
            })],
            [Truth.Length, 6]));

        (float first, float last) = Train(detector, images, targets);
        Assert.True(last < first / 4, $"loss went from {first} to {last} only");

        detector.eval();
        IReadOnlyList<DetectionSet> found = detector.Predict(images, new PredictOptions(MinConfidence: 0.001, NmsIou: 0.4, Maps: true));
        MapResult result = MeanAveragePrecision.Evaluate(
            [.. Truth.Select(t => new GroundTruth($"{t.Image}", t.ClassId, t.Box))],
            [.. found.SelectMany((set, image) => Enumerable.Range(0, set.Count).Select(
                i => new Prediction($"{image}", set.ClassIds[i], set.Confidences[i], set.Boxes[i])))],
            new ClassList([new(0, "bright"), new(1, "grey")], NoFindingId: null));
        Assert.True(result.Map > 0.95, $"mAP@0.4 is {result.Map}");

        // The cell it is most confident in touches something that is there, and the middle of its box; the empty image leaves it cold.
        foreach (int image in Truth.Select(t => t.Image).Distinct())
        {
            (ConfidenceMap map, Box box) = (found[image].Map!, found[image].Boxes[0]);
            float peak = map.Values.Max();
            Assert.Equal(found[image].Confidences[0], peak, 1e-6);
            Box[] highest = [.. Enumerable.Range(0, map.Values.Length).Where(i => map.Values[i] == peak).Select(i => CellOf(map, i))];
            Assert.Contains(highest, cell => Truth.Any(t => t.Image == image && cell.IoU(t.Box) > 0));

            // A box's middle lies at most half a cell of its own level beside the cell it comes from.
            Box around = new(highest.Min(c => c.XMin) - 16, highest.Min(c => c.YMin) - 16, highest.Max(c => c.XMax) + 16, highest.Max(c => c.YMax) + 16);
            Assert.InRange((box.XMin + box.XMax) / 2, around.XMin, around.XMax);
            Assert.InRange((box.YMin + box.YMax) / 2, around.YMin, around.YMax);
        }

        Assert.True(found[3].Map!.Values.Max() < found.Take(3).Min(set => set.Map!.Values.Max()) / 2);
    }

    private static Box CellOf(ConfidenceMap map, int index)
    {
        (int side, int x, int y) = (Side / map.Width, index % map.Width, index / map.Width);
        return new Box(x * side, y * side, (x + 1) * side, (y + 1) * side);
    }

    private static (float First, float Last) Train(Detector detector, torch.Tensor images, TargetBatch targets)
    {
        using var optimizer = torch.optim.SGD(detector.parameters(), 0.01, momentum: 0.937, nesterov: true);
        float first = 0, last = 0;
        for (int step = 0; step < Steps; step++)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = 0.01 * Math.Min(1, (step + 1) / 10.0) * (1 - (0.95 * step / Steps));
            optimizer.zero_grad();
            torch.Tensor loss = detector.ComputeLoss(images, targets).Total;
            loss.backward();
            optimizer.step();
            last = loss.item<float>();
            first = step == 0 ? last : first;
        }

        return (first, last);
    }

    private static torch.Tensor Images()
    {
        float[] pixels = new float[4 * Side * Side];
        Array.Fill(pixels, 0.1f);
        foreach ((int image, int classId, Box box) in Truth)
            for (int y = (int)box.YMin; y < (int)box.YMax; y++)
                for (int x = (int)box.XMin; x < (int)box.XMax; x++)
                    pixels[(((image * Side) + y) * Side) + x] = classId == 0 ? 0.95f : 0.5f;
        return torch.tensor(pixels, [4, 1, Side, Side]);
    }
}
