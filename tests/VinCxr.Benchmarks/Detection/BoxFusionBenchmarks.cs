using BenchmarkDotNet.Attributes;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Benchmarks.Detection;

/// <summary>Five sources of 15,000 images with 100 boxes each.</summary>
[MemoryDiagnoser]
public class BoxFusionBenchmarks
{
    private Prediction[][] _sources = [];

    [Params(FusionMethod.Wbf, FusionMethod.PSum, FusionMethod.Nms, FusionMethod.SoftNms, FusionMethod.Nmw)]
    public FusionMethod Method { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        GroundTruth[] truths = DetectionSet.Truths(15_000, seed: 1);
        _sources = [.. Enumerable.Range(0, 5).Select(source => DetectionSet.Predictions(truths, perImage: 100, seed: 2 + source))];
    }

    [Benchmark]
    public int Fuse() => BoxFusion.Fuse(_sources, new(Method), ClassList.VinBigData.NoFindingId).Count;
}
