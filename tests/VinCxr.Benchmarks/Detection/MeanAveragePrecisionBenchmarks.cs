using BenchmarkDotNet.Attributes;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Statistics;

namespace VinCxr.Benchmarks.Detection;

/// <summary>The score of 15,000 images with 100 detections each, and the bootstrap of five folds of 3,000.</summary>
[MemoryDiagnoser]
public class MeanAveragePrecisionBenchmarks
{
    private GroundTruth[] _truths = [];
    private Prediction[] _predictions = [];
    private (IReadOnlyList<GroundTruth>, IReadOnlyList<Prediction>)[] _folds = [];

    [GlobalSetup]
    public void Setup()
    {
        _truths = DetectionSet.Truths(15_000, seed: 1);
        _predictions = DetectionSet.Predictions(_truths, perImage: 100, seed: 2);
        _folds = [.. Enumerable.Range(0, 5).Select(fold =>
        {
            GroundTruth[] truths = DetectionSet.Truths(3_000, seed: 10 + fold);
            return ((IReadOnlyList<GroundTruth>)truths, (IReadOnlyList<Prediction>)DetectionSet.Predictions(truths, perImage: 100, seed: 20 + fold));
        })];
    }

    [Benchmark]
    public double Evaluate() => MeanAveragePrecision.Evaluate(_truths, _predictions, ClassList.VinBigData).Map;

    [Benchmark]
    public ScoreInterval Bootstrap() => FoldScores.Bootstrap(_folds, ClassList.VinBigData, new(), resamples: 200, seed: 1);
}
