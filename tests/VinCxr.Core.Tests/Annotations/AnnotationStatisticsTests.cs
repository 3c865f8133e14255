using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Tests.Annotations;

public sealed class AnnotationStatisticsTests
{
    private static readonly Box Here = new(0, 0, 10, 10);
    private static readonly Box There = new(50, 50, 60, 60);

    [Fact]
    public void Counts_a_small_set_known_by_heart()
    {
        Annotation[] rows =
        [
            // a: two raters, two findings at one place (different classes, so an overlap), one far away.
            new("a", 0, "R1", Here), new("a", 3, "R2", Here), new("a", 3, "R1", There),

            // b: normal for three raters.
            new("b", 14, "R1", null), new("b", 14, "R2", null), new("b", 14, "R3", null),

            // c: one rater sees a nodule, another nothing: neither normal nor overlapping.
            new("c", 8, "R1", Here), new("c", 14, "R2", null),

            // d: three findings, nothing overlaps.
            new("d", 0, "R1", Here), new("d", 3, "R1", There), new("d", 8, "R1", new(100, 100, 110, 110)),
        ];
        AnnotationSummary summary = AnnotationStatistics.Summarise(rows, ClassList.VinBigData);

        Assert.Equal((4, 7, 1, 1, 3), (summary.Images, summary.Boxes, summary.NoFindingImages, summary.ImagesWithOverlap, summary.Raters));
        Assert.Equal(Enumerable.Range(0, 15), summary.PerClass.Select(c => c.ClassId));
        Assert.Equal(new ClassCount(0, "Aortic enlargement", 2, 2), summary.PerClass[0]);
        Assert.Equal(new ClassCount(3, "Cardiomegaly", 3, 2), summary.PerClass[3]);
        Assert.Equal(new ClassCount(8, "Nodule/Mass", 2, 2), summary.PerClass[8]);
        Assert.Equal(new ClassCount(12, "Pneumothorax", 0, 0), summary.PerClass[12]);
        Assert.Equal(new ClassCount(14, "No finding", 0, 2), summary.PerClass[14]);
        Assert.Equal([new(0, 3, 2), new(0, 8, 1), new(3, 8, 1)], summary.CoOccurrence);
    }

    [Fact]
    public void Overlap_is_strictly_above_the_threshold()
    {
        // IoU exactly 0.4.
        Annotation[] rows = [new("a", 0, "R1", new(0, 0, 10, 1)), new("a", 1, "R1", new(0, 0, 4, 1))];
        Assert.Equal(0, AnnotationStatistics.Summarise(rows, ClassList.VinBigData).ImagesWithOverlap);
        Assert.Equal(1, AnnotationStatistics.Summarise(rows, ClassList.VinBigData, iou: 0.39).ImagesWithOverlap);
    }

    [Fact]
    public void Boxes_of_different_images_do_not_overlap()
    {
        Annotation[] rows = [new("a", 0, "R1", Here), new("b", 0, "R2", Here)];
        Assert.Equal(0, AnnotationStatistics.Summarise(rows, ClassList.VinBigData).ImagesWithOverlap);
    }

    [Fact]
    public void Placeholder_boxes_of_normal_images_are_not_boxes()
    {
        Annotation[] rows = [new("a", 14, "R1", Box.NoFinding), new("a", 14, "R2", Box.NoFinding)];
        AnnotationSummary summary = AnnotationStatistics.Summarise(rows, ClassList.VinBigData);
        Assert.Equal((0, 1, 0), (summary.Boxes, summary.NoFindingImages, summary.ImagesWithOverlap));
    }

    [Fact]
    public void Classes_outside_the_list_are_counted_by_number()
    {
        AnnotationSummary summary = AnnotationStatistics.Summarise([new("a", 40, "R1", Here)], ClassList.VinBigData);
        Assert.Equal(new ClassCount(40, "class 40", 1, 1), summary.PerClass[^1]);
    }

    [Fact]
    public void Set_without_normal_class_has_no_normal_images()
    {
        var classes = new ClassList([new(0, "lung")], null);
        Assert.Equal(0, AnnotationStatistics.Summarise([new("a", 0, "R1", Here)], classes).NoFindingImages);
    }

    [Fact]
    public void Nothing_counts_as_nothing()
    {
        AnnotationSummary summary = AnnotationStatistics.Summarise([], ClassList.VinBigData);
        Assert.Equal((0, 0, 0), (summary.Images, summary.Boxes, summary.Raters));
        Assert.Empty(summary.CoOccurrence);
    }

    /// <summary>A set of VinBigData's size and shape whose answers follow from how it is laid out.</summary>
    [Fact]
    public void Counts_a_generated_set_of_fifteen_thousand_images()
    {
        List<Annotation> rows = [];
        for (int image = 0; image < 15_000; image++)
        {
            string id = $"{image:x32}";
            for (int rater = 0; rater < 3; rater++)
            {
                string raterId = $"R{1 + ((image + (5 * rater)) % 17)}";
                if (image < 10_606)
                {
                    rows.Add(new(id, 14, raterId, null));
                    continue;
                }

                // Classes c and c + 7 at two places; on even images the raters shift by 3 of 10 pixels (IoU 7/13), on odd ones by 5 (1/3).
                int c = image % 7, shift = rater * (image % 2 == 0 ? 3 : 5);
                rows.Add(new(id, c, raterId, new(shift, 0, shift + 10, 10)));
                rows.Add(new(id, c + 7, raterId, new(shift, 100, shift + 10, 110)));
            }
        }

        AnnotationSummary summary = AnnotationStatistics.Summarise(rows, ClassList.VinBigData);
        Assert.Equal((15_000, 4394 * 6, 10_606, 4394 / 2, 17), (summary.Images, summary.Boxes, summary.NoFindingImages, summary.ImagesWithOverlap, summary.Raters));
        Assert.Equal(7, summary.CoOccurrence.Count);
        Assert.All(summary.CoOccurrence, pair => Assert.Equal(pair.A + 7, pair.B));
        Assert.Equal(4394, summary.CoOccurrence.Sum(pair => pair.Images));
        Assert.All(summary.CoOccurrence, pair => Assert.Equal(pair.Images * 3, summary.PerClass[pair.A].Boxes));
    }
}
