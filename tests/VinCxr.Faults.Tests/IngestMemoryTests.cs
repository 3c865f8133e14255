using System.Buffers.Binary;
using System.Globalization;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

public sealed class IngestMemoryTests : IDisposable
{
    private const int Side = 1448;
    private const long HeapLimit = 100L << 20;
    private readonly TempDirectory _folder = new();

    /// <summary><c>VINCXR_MEMORY_FILES</c> makes it longer; 128 are five times the heap.</summary>
    private static int Files =>
        int.TryParse(Environment.GetEnvironmentVariable("VINCXR_MEMORY_FILES"), CultureInfo.InvariantCulture, out int files) ? files : 128;

    public void Dispose() => _folder.Dispose();

    [BoundedFact]
    public async Task A_set_many_times_the_heap_is_ingested_within_it()
    {
        byte[] file = DicomWriter.Write(new DicomContent { Identity = 1, Rows = Side, Columns = Side, Pixels = new ushort[Side * Side] });
        Directory.CreateDirectory(_folder.File("images"));
        for (int i = 0; i < Files; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 4), i);
            await File.WriteAllBytesAsync(_folder.File($"images/i{i:D4}.dicom"), file, TestContext.Current.CancellationToken);
        }

        Assert.True((long)Files * file.Length > 4 * HeapLimit);
        var limit = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"0x{HeapLimit:X}" };
        using var run = VinCxrRun.Start(
            limit, "dataset", "ingest", "large", "--images", _folder.File("images"), "--parallel", "8", "--store", _folder.File("store"), "-o", "json");

        Assert.Equal(Files, (await run.JsonAsync()).GetProperty("uploaded").GetInt32());
    }
}
