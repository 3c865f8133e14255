using VinCxr.Data.Dicom;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Dicom.Conformance;

/// <summary>Files of other makers against the values that a second, independent reader found in them.</summary>
public abstract partial class DicomReaderConformanceTests
{
    public static TheoryData<string> SampleFiles()
    {
        var files = new TheoryData<string>();
        foreach (string[] row in SampleRows())
        {
            files.Add(row[0]);
        }

        if (files.Count == 0)
        {
            files.Add("");
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(SampleFiles))]
    public void Stored_values_are_those_of_the_reference_reader(string name)
    {
        Assert.SkipWhen(SharedData.DicomSamples is null, "shared/data/dicom-samples is absent");
        string[] row = SampleRows().Single(row => row[0] == name);
        byte[] file = File.ReadAllBytes(Path.Combine(SharedData.DicomSamples!, name));
        bool isLossy = row[1] is "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.91";
        bool isUnsupported = row[1] == JpegLs && !DecodesJpegLs;
        if (row[14] != "yes" || isUnsupported)
        {
            var refused = Assert.Throws<DicomException>(() => Reader.Read(file));
            Assert.DoesNotContain('\n', refused.Message);
            Assert.Equal(isUnsupported ? JpegLs : null, refused.UnsupportedTransferSyntax);
            return;
        }

        DicomImage image = Reader.Read(file);
        PixelStatistics statistics = PixelStatistics.Of(image);
        Assert.Equal(row[1], image.Header.TransferSyntax);
        Assert.Equal((row[2], int.Parse(row[3]), int.Parse(row[4])), (image.Header.Photometric, image.Header.Rows, image.Header.Columns));
        (int min, int max, long sum) = (int.Parse(row[16]), int.Parse(row[17]), long.Parse(row[18]));
        if (isLossy)
        {
            // Inverse transforms round differently between decoders: 2 grey levels at the ends, 0.5 % of the sum.
            Assert.InRange(statistics.Min, min - 2, min + 2);
            Assert.InRange(statistics.Max, max - 2, max + 2);
            Assert.InRange(statistics.Sum, sum * 0.995, sum * 1.005);
            return;
        }

        Assert.Equal((min, max, sum), (statistics.Min, statistics.Max, statistics.Sum));
        Assert.Equal(row[19], image.PixelSha256);
    }

    private static string[][] SampleRows() =>
        SharedData.DicomSamples is { } folder
            ? File.ReadLines(Path.Combine(folder, "expected.csv")).Skip(1).Select(line => line.Split(',')).ToArray()
            : [];
}
