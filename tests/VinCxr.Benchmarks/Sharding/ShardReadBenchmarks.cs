using BenchmarkDotNet.Attributes;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Testing;

namespace VinCxr.Benchmarks.Sharding;

/// <summary>
/// A batch of 16 planes of 1024x1024 pixels, 8 bits, out of a prepared shard in the page cache into one buffer, against a copy of as many bytes from
/// one array to another. The checksums were checked on the first use.
/// </summary>
public class ShardReadBenchmarks : IDisposable
{
    private const int Planes = 64;
    private const int Batch = 16;
    private const int Side = 1024;
    private readonly TempDirectory _folder = new();
    private readonly byte[] _source = new byte[Batch * Side * Side];
    private readonly byte[] _target = new byte[Batch * Side * Side];
    private readonly Dictionary<string, ShardReader> _readers = [];
    private int _next;

    [GlobalSetup]
    public async Task WriteAsync()
    {
        new Random(1).NextBytes(_source);
        foreach (string codec in new[] { "raw", "zstd" })
        {
            string path = _folder.File(codec);
            await using (var file = File.Create(path))
            {
                var writer = new ShardWriter(file, new PreprocessSpec { Codec = codec });
                for (int i = 0; i < Planes; i++)
                {
                    // Smooth like a radiograph, with noise in the lowest bits.
                    byte[] pixels = new byte[Side * Side];
                    for (int p = 0; p < pixels.Length; p++)
                    {
                        pixels[p] = (byte)(((p % Side) + (p / Side) + i) / 10 + (_source[p] & 3));
                    }

                    await writer.AddAsync($"{i}", new Plane(Side, Side, 8, pixels), Side, Side, CancellationToken.None);
                }

                await writer.CompleteAsync(CancellationToken.None);
            }

            _readers[codec] = new ShardReader([path]);
        }
    }

    [Benchmark(Baseline = true)]
    public void CopyMemory() => _source.CopyTo(_target.AsSpan());

    [Benchmark]
    public void ReadRaw() => Read(_readers["raw"]);

    [Benchmark]
    public void ReadZstd() => Read(_readers["zstd"]);

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (ShardReader reader in _readers.Values)
        {
            reader.Dispose();
        }

        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Read(ShardReader reader)
    {
        for (int i = 0; i < Batch; i++)
        {
            using PlanePixels pixels = reader.Pixels($"{_next++ % Planes}");
            pixels.Span.CopyTo(_target.AsSpan(i * Side * Side));
        }
    }
}
