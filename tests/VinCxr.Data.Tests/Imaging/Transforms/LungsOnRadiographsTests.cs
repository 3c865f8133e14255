using System.Globalization;
using VinCxr.Core.Annotations;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Annotations;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Imaging.Transforms;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>The lung crop against boxes that people drew around the lungs of 57 radiographs.</summary>
public class LungsOnRadiographsTests
{
    [Fact]
    public void The_crop_holds_the_drawn_lungs_and_leaves_a_good_part_away()
    {
        (int inside, int boxes, double leastShare, double area, int whole) = Measure("lungs");

        // Measured: 106 of 114 boxes wholly inside, the worst keeps 0.81 of its area, 0.864 of the images' area kept, 18 images left whole (10 because
        // no pair was found, 8 because the lungs with their margin fill them).
        Assert.Equal(114, boxes);
        Assert.True(inside >= 100, $"{inside} of {boxes} boxes lie wholly inside");
        Assert.True(leastShare >= 0.7, $"a box keeps only {leastShare:0.00} of its area");
        Assert.True(area <= 0.9, $"{area:0.000} of the area is kept");
        Assert.True(whole <= 24, $"{whole} images were left whole");
    }

    [Fact]
    public void Trimming_hardly_touches_the_drawn_lungs()
    {
        (int inside, int boxes, double leastShare, _, _) = Measure("trim");

        // Measured: 112 of 114; the others lose 0.4 % of the image's height at an edge that they touch.
        Assert.True(inside >= 110, $"{inside} of {boxes} boxes lie wholly inside");
        Assert.True(leastShare >= 0.98, $"a box keeps only {leastShare:0.00} of its area");
    }

    private static (int Inside, int Boxes, double LeastShare, double Area, int Whole) Measure(string chain)
    {
        string? folder = SharedData.RealLungs;
        Assert.SkipWhen(folder is null, "shared/data/real-lungs is not beside this checkout");
        ILookup<string, Annotation> rows = AnnotationCsv.Read(Path.Combine(folder!, "train.csv")).Annotations.ToLookup(a => a.ImageId);
        var found = rows.AsParallel().Select(image =>
        {
            DicomImage dicom = new DicomReader().Read(File.ReadAllBytes(Path.Combine(folder!, image.Key + ".dicom")));
            Plane plane = ImagePreparation.Prepare(dicom, new PreprocessSpec(64, "voi", chain));
            PixelRegion region = plane.Region ?? PixelRegion.Whole(dicom.Header.Columns, dicom.Header.Rows);
            double[] shares = [.. image.Select(a => (region.Clip(a.Box!.Value)?.Area ?? 0) / a.Box!.Value.Area)];
            return (Shares: shares, Area: (double)region.Width * region.Height / ((double)dicom.Header.Columns * dicom.Header.Rows), IsWhole: plane.Region is null);
        }).ToArray();
        double[] all = [.. found.SelectMany(f => f.Shares)];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{chain}: {all.Count(s => s >= 1)} of {all.Length} boxes wholly inside, least share {all.Min():0.000}, area {found.Average(f => f.Area):0.000}, whole {found.Count(f => f.IsWhole)}"));
        return (all.Count(s => s >= 1), all.Length, all.Min(), found.Average(f => f.Area), found.Count(f => f.IsWhole));
    }
}
