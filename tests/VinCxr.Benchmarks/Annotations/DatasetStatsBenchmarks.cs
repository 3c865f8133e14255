using BenchmarkDotNet.Attributes;
using VinCxr.Core.Annotations;
using VinCxr.Core.Exploration;
using VinCxr.Data.Annotations;
using VinCxr.Data.Leakage;
using VinCxr.Testing;

namespace VinCxr.Benchmarks.Annotations;

/// <summary>What <c>dataset stats</c> and <c>dataset leaks</c> do on a set of the real shape: 67,914 rows of 15,000 images.</summary>
[MemoryDiagnoser]
public class DatasetStatsBenchmarks
{
    private readonly VinBigDataShape _shape = VinBigDataShape.Create();
    private ulong[] _hashes = [];
    private string _folder = "";

    private string Csv => Path.Combine(_folder, "train.csv");

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("vincxr-stats-").FullName;
        _shape.WriteCsv(Csv);
        var random = new Random(1);
        _hashes = [.. Enumerable.Range(0, 15_000).Select(_ => (ulong)random.NextInt64() << 1)];
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public int ReadCsv() => AnnotationCsv.Read(Csv).Annotations.Count;

    [Benchmark]
    public AnnotationSummary Counts() => AnnotationStatistics.Summarise(_shape.Rows, ClassList.VinBigData);

    [Benchmark]
    public DatasetExploration Explore() => DatasetExploration.Of(_shape.Rows, ClassList.VinBigData, _shape.Images);

    [Benchmark]
    public int HammingWithin8() => HammingPairs.Find(_hashes, 8).Count;
}
