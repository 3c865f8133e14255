using VinCxr.Core.Annotations;
using VinCxr.Core.Exploration;
using VinCxr.Testing;

namespace VinCxr.Core.Tests.Exploration;

/// <summary>The statistics give back the published counts of the set that the generator was built from.</summary>
public sealed class VinBigDataShapeTests
{
    private static readonly VinBigDataShape Shape = VinBigDataShape.Create();

    [Fact]
    public void Counts_are_those_of_the_real_set()
    {
        AnnotationSummary summary = AnnotationStatistics.Summarise(Shape.Rows, ClassList.VinBigData);
        Assert.Equal(67_914, Shape.Rows.Count);
        Assert.Equal((15_000, 36_096, 10_606, 4_352, 17), (summary.Images, summary.Boxes, summary.NoFindingImages, summary.ImagesWithOverlap, summary.Raters));
        Assert.Equal(VinBigDataShape.PerClass, summary.PerClass.Take(14).Select(c => (c.Boxes, c.Images)));
        Assert.Equal(70.7, 100.0 * summary.NoFindingImages / summary.Images, 1);
    }

    [Fact]
    public void Raters_are_those_of_the_real_set()
    {
        DatasetExploration all = DatasetExploration.Of(Shape.Rows, ClassList.VinBigData, Shape.Images);
        Assert.All(Shape.Rows.GroupBy(r => r.ImageId), image => Assert.Equal(3, image.Select(r => r.RaterId).Distinct().Count()));
        Assert.Equal(57, Shape.Rows.Where(r => r.Box is not null).CountBy(r => r.ImageId).Max(g => g.Value));
        Assert.Equal(34_462, all.Agreement.PerRater.Where(r => r.Rater is "R8" or "R9" or "R10").Sum(r => r.Boxes));
        Assert.Equal(5_501, all.Agreement.Pairs.Single(p => p is { A: "R8", B: "R9" }).Images);

        // No image is mixed, so raters agree perfectly on what is normal.
        Assert.Equal(1, all.Agreement.NormalKappa!.Value, 12);
        Assert.Equal((4_352, 36_096), (all.Overlap.AnyClassImages, all.Centres.PerClass.Sum(c => c.Boxes)));
        Assert.Equal(15_000, all.Sizes!.Distinct.Sum(s => s.Images));
        Assert.Equal(15_000, all.Patients!.Age.Known + all.Patients.Age.Missing + all.Patients.Age.Unusable);
    }

    [Fact]
    public void Boxes_lie_inside_their_images()
    {
        var sizes = Shape.Images.ToDictionary(i => i.ImageId);
        Assert.All(Shape.Rows, row => Assert.True(
            row.Box is not { } box || (box.IsValid && box.XMin >= 0 && box.YMin >= 0 && box.XMax <= sizes[row.ImageId].Width && box.YMax <= sizes[row.ImageId].Height)));
    }
}
