using VinCxr.Testing;

namespace VinCxr.Data.Tests.Dicom.Conformance;

public abstract partial class DicomReaderConformanceTests
{
    [Fact]
    public void Every_radiograph_decodes_to_its_recorded_stored_values()
    {
        Assert.SkipWhen(SharedData.RealLungs is null, "shared/data/real-lungs is absent");
        string[][] rows = [.. File.ReadLines(Path.Combine(SharedData.RealLungs!, "SOURCES.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(57, rows.Length);
        string[] wrong =
        [
            .. rows.AsParallel()
                .Where(row => Reader.Read(File.ReadAllBytes(Path.Combine(SharedData.RealLungs!, row[0] + ".dicom"))).PixelSha256 != row[^1])
                .Select(row => $"{row[0]} {row[^6]}"),
        ];
        Assert.Empty(wrong);
    }
}
