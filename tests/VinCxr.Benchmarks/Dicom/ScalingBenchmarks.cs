using BenchmarkDotNet.Attributes;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;

namespace VinCxr.Benchmarks.Dicom;

/// <summary>Ingest and preparation of 32 phantoms with one and with two workers. Every run writes into a store of its own.</summary>
public class ScalingBenchmarks
{
    private const int Images = 32;
    private string _folder = "";
    private IStore? _empty;
    private IStore? _filled;
    private DatasetManifest? _manifest;
    private int _run;

    [Params(1, 2)]
    public int Workers { get; set; }

    private string Phantoms => Path.Combine(_folder, "phantoms");

    [GlobalSetup]
    public async Task Draw()
    {
        _folder = Directory.CreateTempSubdirectory("vincxr-scaling-").FullName;
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: 1024), Phantoms);
        _filled = await StoreFactory.OpenAsync(Path.Combine(_folder, "filled"), create: true);
        _manifest = await IngestAsync(_filled, Environment.ProcessorCount);
    }

    [IterationSetup(Target = nameof(Ingest))]
    public void OpenEmptyStore() => _empty = StoreFactory.OpenAsync(Path.Combine(_folder, $"empty{_run++}"), create: true).GetAwaiter().GetResult();

    [IterationCleanup(Target = nameof(Ingest))]
    public void CloseStore() => _empty!.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark]
    public Task<DatasetManifest> Ingest() => IngestAsync(_empty!, Workers);

    /// <summary>A version that no run had before, so that nothing is found to be made already.</summary>
    [Benchmark]
    public async Task<PreparedShard> Prepare()
    {
        var key = new PreparedKey(_manifest!.Version, new PreprocessSpec(512), $"{ImagePreparation.Version}-run{_run++}");
        return await new ShardBuilder(_filled!, parallelism: Workers).BuildAsync(_manifest, key, ShardBuilder.Plan(_manifest)[0]);
    }

    [GlobalCleanup]
    public async Task DeleteAsync()
    {
        await _filled!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<DatasetManifest> IngestAsync(IStore store, int workers) =>
        (await new DatasetIngest(store).RunAsync("phantoms", Phantoms, Path.Combine(Phantoms, "train.csv"), new IngestOptions(Parallelism: workers))).Manifest;
}
