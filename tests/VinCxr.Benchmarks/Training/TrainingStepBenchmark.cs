using BenchmarkDotNet.Attributes;
using TorchSharp;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Models;

namespace VinCxr.Benchmarks.Training;

/// <summary>One training step (forward, loss, backward) and one prediction, with and without activation maps, of YOLOv5 n for 14 classes, 16 grey images, on the CPU.</summary>
/// <remarks>Set <c>OMP_WAIT_POLICY=PASSIVE</c> where other processes share the cores: waiting threads otherwise burn them.</remarks>
public class TrainingStepBenchmark
{
    private const int Batch = 16;
    private const int BoxesPerImage = 3;

    private Detector _detector = null!;
    private torch.Tensor _images = null!;
    private TargetBatch _targets = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params(128)]
    public int Side { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        torch.set_num_threads(Threads);
        _detector = ModelCatalog.Create(new ModelSpec(Variant: "n", ImageSize: Side), classes: 14, seed: 1);
        _images = torch.rand(Batch, 1, Side, Side);
        var random = new Random(1);
        float[] rows = [.. Enumerable.Range(0, Batch * BoxesPerImage).SelectMany(box => new[]
        {
            box / BoxesPerImage, random.Next(14),
            random.NextSingle(), random.NextSingle(), 0.1f + (0.3f * random.NextSingle()), 0.1f + (0.3f * random.NextSingle()),
        })];
        _targets = new TargetBatch(torch.tensor(rows, [Batch * BoxesPerImage, 6]));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _detector.Dispose();
        _images.Dispose();
        _targets.Rows.Dispose();
    }

    [Benchmark]
    public void Step()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        _detector.train();
        _detector.zero_grad();
        _detector.ComputeLoss(_images, _targets).Total.backward();
    }

    [Benchmark]
    public int Predict()
    {
        _detector.eval();
        return _detector.Predict(_images, new PredictOptions()).Sum(set => set.Count);
    }

    [Benchmark]
    public int PredictWithMaps()
    {
        _detector.eval();
        return _detector.Predict(_images, new PredictOptions(Maps: true)).Sum(set => set.Map!.Width);
    }
}
