using VinCxr.Core.Annotations;
using VinCxr.Core.Exploration;

namespace VinCxr.Core.Tests.Exploration;

/// <summary>A set small enough to count by heart: two findings, three raters, four images.</summary>
public sealed class DatasetExplorationTests
{
    private static readonly ClassList Classes = new([new(0, "heart"), new(1, "nodule"), new(9, "No finding")], 9);

    private static readonly Annotation[] Rows =
    [
        // a: R1 and R2 agree on the heart; R2 alone sees a nodule, partly over the heart (IoU 1/3, no overlap by the threshold).
        new("a", 0, "R1", new(0, 0, 40, 20)), new("a", 0, "R2", new(0, 0, 40, 20)), new("a", 1, "R2", new(20, 0, 60, 20)),

        // b: same class, far apart.
        new("b", 1, "R1", new(0, 0, 10, 10)), new("b", 1, "R10", new(80, 80, 100, 100)),

        // c: normal for both.
        new("c", 9, "R1", null), new("c", 9, "R2", null),

        // d: one rater only, two classes on one place.
        new("d", 0, "R10", new(0, 0, 50, 50)), new("d", 1, "R10", new(0, 0, 50, 50)),
    ];

    private static readonly ImageProfile[] Images =
    [
        new("a", 100, 50, "M", "070Y"), new("b", 100, 100, "F", "030Y"), new("c", 100, 100, "O", "Y"), new("d", 200, 100, "?", "999Y"),
    ];

    [Fact]
    public void Raters_and_pairs()
    {
        RaterAgreement agreement = DatasetExploration.Of(Rows, Classes, []).Agreement;
        Assert.Equal([new("R1", 3, 2, 2), new("R2", 2, 1, 2), new("R10", 2, 2, 3)], agreement.PerRater);

        // R1-R2 share a and c: one of 1 + 2 boxes matched; questions: heart yes-yes and no-no, nodule no-yes and no-no.
        RaterPair first = agreement.Pairs[0];
        Assert.Equal(("R1", "R2", 2, 1, 2, 1), (first.A, first.B, first.Images, first.BoxesA, first.BoxesB, first.Matched));
        Assert.Equal(2.0 / 3, first.F1!.Value, 12);
        Assert.Equal(0.5, first.Kappa!.Value, 12);
        Assert.Equal(new RaterPair("R1", "R10", 1, 1, 1, 0, 0, 1), agreement.Pairs[1]);
        Assert.Equal(2, agreement.Pairs.Count);

        // Heart: of a, b, c with two raters each all agree. Nodule: a disagrees; 3 yes of 6: (2/3 - 1/2) / (1/2).
        Assert.Equal((1, 1), (agreement.PerClass[0].F1, agreement.PerClass[0].Kappa));
        Assert.Equal(0, agreement.PerClass[1].F1);
        Assert.Equal(1.0 / 3, agreement.PerClass[1].Kappa!.Value, 12);
        Assert.Equal(1, agreement.NormalKappa!.Value, 12);
    }

    [Fact]
    public void Boxes_and_raters_of_images()
    {
        ReadingCounts readings = DatasetExploration.Of(Rows, Classes, []).Readings;

        Assert.Equal([new(0, 1), new(2, 2), new(3, 1)], readings.Boxes);
        Assert.Equal([new(1, 1), new(2, 3)], readings.Raters);
    }

    [Fact]
    public void Boxes_by_size_and_shape()
    {
        // One box over all of its image, a wide flat one of 1.5 %, and one that is smaller and thinner than the grid goes.
        ClassList classes = new([new(0, "heart")], 9);
        Annotation[] rows = [new("a", 0, "R1", new(0, 0, 100, 100)), new("a", 0, "R1", new(0, 0, 30, 5)), new("a", 0, "R1", new(0, 0, 0.001, 1))];

        IReadOnlyList<int> counts = DatasetExploration.Of(rows, classes, [new("a", 100, 100)]).ShapeMap!.Counts;

        Assert.Equal(3, counts.Sum());
        Assert.Equal(1, counts[(12 * BoxShapeMap.Cells) + 23]);
        Assert.Equal(1, counts[BoxShapeMap.Cells + 13]);
        Assert.Equal(1, counts[23 * BoxShapeMap.Cells]);
        Assert.Null(DatasetExploration.Of(rows, classes, []).ShapeMap);
    }

    [Fact]
    public void Overlap_within_and_between_classes()
    {
        BoxOverlap overlap = DatasetExploration.Of(Rows, Classes, []).Overlap;
        Assert.Equal((1, 2), (overlap.SameClassImages, overlap.AnyClassImages));
        Assert.Equal([new(0, "heart", 2, 1, 2, 1, 1), new(1, "nodule", 3, 0, 1, 0, 1)], overlap.PerClass);
        Assert.Equal([1, 1], overlap.Pairs[0]);
        Assert.Equal([1, 0], overlap.Pairs[1]);
    }

    [Fact]
    public void Boxes_are_measured_against_their_image_where_sizes_are_known()
    {
        DatasetExploration known = DatasetExploration.Of(Rows, Classes, Images);
        Assert.True(known.Shapes.IsRelative);
        Assert.Equal(800.0 / 5000, known.Shapes.PerClass[0].Area!.Median, 12);
        Assert.Equal(2, known.Shapes.PerClass[0].Aspect!.Median, 12);

        // Centre (20, 10) of 100 x 50 and (25, 25) of 200 x 100: columns 6 and 4, rows 6 and 8 of 32.
        ClassCentres heart = known.Centres.PerClass[0];
        Assert.Equal((2, 1, 3), (heart.Counts[(6 * 32) + 6], heart.Counts[(8 * 32) + 4], heart.Counts.Sum()));

        DatasetExploration unknown = DatasetExploration.Of(Rows, Classes, Images[..2]);
        Assert.False(unknown.Shapes.IsRelative || unknown.Centres.IsByImage);
        Assert.Equal(800, unknown.Shapes.PerClass[0].Area!.Median, 12);

        // By the largest corner, (100, 100).
        Assert.Equal(2, unknown.Centres.PerClass[0].Counts[(3 * 32) + 6]);
    }

    [Fact]
    public void Sizes_and_patients()
    {
        DatasetExploration known = DatasetExploration.Of(Rows, Classes, Images);
        Assert.Equal(new SizeCount(100, 100, 2), known.Sizes!.Distinct[0]);
        Assert.Equal((100, 200, 50, 100), (known.Sizes.MinWidth, known.Sizes.MaxWidth, known.Sizes.MinHeight, known.Sizes.MaxHeight));

        PatientFindings patients = known.Patients!;
        Assert.Equal((1, 1, 1), (patients.Male, patients.Female, patients.OtherSex));
        Assert.Equal((new RecordedCounts(3, 0, 1), new RecordedCounts(2, 1, 1)), (patients.Sex, patients.Age));
        Assert.Equal(50, patients.AgeSplit);
        Assert.Equal([new(30, 0, 1, 0), new(70, 1, 0, 0)], patients.Bands);
        Assert.Equal((new GroupCount(1, 1), new GroupCount(0, 1)), (patients.PerClass[0].Male, patients.PerClass[0].Female));
        Assert.Equal(1.5 * 1.5 / (0.5 * 0.5), patients.PerClass[0].SexOdds!.Value, 12);
        Assert.Null(patients.PerClass[1].AgeOdds);
    }

    [Fact]
    public void Nothing_known_is_nothing_claimed()
    {
        DatasetExploration empty = DatasetExploration.Of([], Classes, []);
        Assert.Null(empty.Sizes);
        Assert.Null(empty.Patients);
        Assert.Empty(empty.Agreement.Pairs);
        Assert.All(empty.Shapes.PerClass, shape => Assert.Null(shape.Area));
        Assert.Null(DatasetExploration.Of(Rows, Classes, [new("a", 10, 10), new("b", 10, 10)]).Patients);
    }
}
