using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed class HeaderStatisticsTests
{
    [Fact]
    public void Counts_add_up()
    {
        DatasetImage[] images =
        [
            Image(1, 10, "MONOCHROME2", new ImageFacts { BitsAllocated = 16, Windows = 1, WindowCenter = 2000, WindowWidth = 4000.5, Sex = "F", Age = "030Y" }),
            Image(2, 20, "MONOCHROME2", new ImageFacts { BitsAllocated = 16, Windows = 2, WindowCenter = 2000, WindowWidth = 4000.5, HasVoiLut = true }),
            Image(3, 30, "MONOCHROME1", new ImageFacts { BitsAllocated = 16, Signed = true, PixelSpacing = @"0.1\0.1" }),
            Image(4, 40, "", null),
        ];

        var statistics = HeaderStatistics.Of(images);

        Assert.Equal([new("MONOCHROME2", 2), new("MONOCHROME1", 1), new ValueCount("none", 1)], statistics.Photometric.OrderByDescending(c => c.Images).ThenBy(c => c.Value == "none"));
        Assert.Equal([new("Explicit VR Little Endian (1.2.840.10008.1.2.1)", 4)], statistics.TransferSyntaxes);
        Assert.Equal([new("16 allocated, 12 stored, unsigned", 2), new("16 allocated, 12 stored, signed", 1)], statistics.Bits);
        Assert.Equal([new("1", 1), new("2 and VOI LUT", 1), new("none", 1)], statistics.WindowCount);
        Assert.Equal([new("2000 / 4000.5", 2), new("none", 1)], statistics.Windows);
        Assert.Equal([new("none", 2), new("F", 1)], statistics.Sex);
        Assert.Equal((1, 1), (statistics.WithAge, statistics.WithoutFacts));
        Assert.Equal(new SizeQuantiles(10, 10, 20, 40, 40), statistics.Rows);
        Assert.Equal((0, 0), (statistics.SharedFiles, statistics.SharedPixels));
    }

    [Fact]
    public void Reasons_that_differ_in_names_and_numbers_are_one_group()
    {
        QuarantinedImage[] files =
        [
            new("a", "the file is truncated: (7FE0,0010) says 100 bytes, 7 are left"),
            new("b", "the file is truncated: (7FE0,0010) says 90 bytes, 8 are left"),
            new("c", "image id 'x' is taken by 'y/x.dicom' already"),
            new("d", "transfer syntax JPEG-LS Lossless (1.2.840.10008.1.2.4.80) is not supported"),
        ];

        Assert.Equal(
            [
                new("the file is truncated: (7FE0,0010) says … bytes, … are left", 2, "a"),
                new("image id 'x' is taken by 'y/x.dicom' already", 1, "c"),
                new QuarantineGroup("transfer syntax JPEG-LS Lossless (1.2.840.10008.1.2.4.80) is not supported", 1, "d"),
            ],
            QuarantineGroups.Of(files));
    }

    private static DatasetImage Image(int id, int rows, string photometric, ImageFacts? facts) =>
        new($"i{id}", $"b{id}", 10, rows, 5, "1.2.840.10008.1.2.1", photometric, 12, $"p{id}") { Facts = facts };
}
