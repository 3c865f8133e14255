using System.Globalization;
using VinCxr.Cli.Pictures.Exploration;
using VinCxr.Core.Annotations;
using VinCxr.Core.Exploration;
using Text = VinCxr.Cli.Rendering.Text;

namespace VinCxr.Cli.Reports;

/// <summary>What a data set's page says about classes, raters and boxes; <see cref="PatientSection"/> has the patients.</summary>
internal static class ExplorationSections
{
    public static IEnumerable<ReportSection> Of(DatasetExploration explored)
    {
        yield return Classes(explored);
        yield return Raters(explored.Agreement, explored.Overlap.Iou);
        if (explored.Overlap.PerClass.Count > 0)
        {
            yield return Shapes(explored.Shapes);
            yield return Centres(explored.Centres);
            yield return Together(explored);
            yield return Overlap(explored.Overlap);
        }

        if (explored.Sizes is { } sizes)
        {
            yield return Sizes(sizes);
        }

        if (explored.Patients is { PerClass.Count: > 0 } patients)
        {
            yield return PatientSection.Of(patients);
        }
    }

    public static string Number(double? value, string format = "0.00") => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : Text.None;

    private static ReportSection Classes(DatasetExploration explored)
    {
        AnnotationSummary summary = explored.Summary;
        HashSet<int> findings = [.. explored.Overlap.PerClass.Select(c => c.ClassId)];
        ClassCount[] withBoxes = [.. summary.PerClass.Where(c => findings.Contains(c.ClassId))];
        return new(
            "Classes",
            "An image counts for a class when any rater named it. A class with few images will be learned badly and scored loosely.",
            [
                .. withBoxes.Length == 0 ? Array.Empty<ReportPicture>() : [new(
                    "classes", "Bar chart of boxes and images per finding; the table below has the numbers.", "Boxes and images per finding, without No finding.",
                    theme => BarChart.Draw(
                        theme, [.. withBoxes.Select(c => c.ClassName)],
                        [new("boxes", [.. withBoxes.Select(c => (double?)c.Boxes)]), new("images", [.. withBoxes.Select(c => (double?)c.Images)])],
                        "count", Whole))],
                new(
                    "classes-with-no-finding", "Bar chart of images per class, No finding included.", "Images per class with No finding: what a classifier sees.",
                    theme => BarChart.Draw(
                        theme, [.. summary.PerClass.Select(c => c.ClassName)], [new("images", [.. summary.PerClass.Select(c => (double?)c.Images)])], "images", Whole)),
            ],
            [
                new(
                    "Boxes and images per class", ["class", "id", "boxes", "images", "boxes per image"],
                    [
                        .. summary.PerClass.Select(c => (string[])[
                            c.ClassName, $"{c.ClassId}", Text.Of(c.Boxes), ExplorationReport.Share(c.Images, summary.Images),
                            Number(c.Images == 0 ? null : (double)c.Boxes / c.Images)]),
                    ]),
            ]);
    }

    private static ReportSection Raters(RaterAgreement agreement, double iou)
    {
        string[] raters = [.. agreement.PerRater.Select(r => r.Rater)];
        var pairs = agreement.Pairs.ToDictionary(p => (p.A, p.B));
        double? Cell(int row, int column) =>
            pairs.GetValueOrDefault((raters[Math.Min(row, column)], raters[Math.Max(row, column)])) is { } pair && row != column ? pair.F1 : null;

        List<ReportPicture> pictures =
        [
            new(
                "raters", "Bar chart of images read, images with a finding and boxes drawn per rater.", "What each rater read and drew.",
                theme => BarChart.Draw(
                    theme, raters,
                    [
                        new("images", [.. agreement.PerRater.Select(r => (double?)r.Images)]),
                        new("with a finding", [.. agreement.PerRater.Select(r => (double?)r.AbnormalImages)]),
                        new("boxes", [.. agreement.PerRater.Select(r => (double?)r.Boxes)]),
                    ],
                    "count", Whole)),
        ];
        if (agreement is { Pairs.Count: > 0, PerClass.Count: > 0 })
        {
            pictures.Add(new(
                "agreement-pairs", "Matrix of box agreement between every two raters.",
                $"Box agreement of raters on the images both read: F1 of boxes of one class matched at IoU > {Number(iou, "0.##")}. Empty: no common image, or no box on one.",
                theme => MatrixChart.Draw(theme, raters, Cell, x => x, x => Number(x))));
            pictures.Add(new(
                "agreement-classes", "Bar chart of box F1 and Fleiss' kappa per finding.",
                "Agreement per finding: F1 of boxes over all pairs of raters, and Fleiss' kappa of \"is it on this image?\" (1 is perfect, 0 is chance).",
                theme => BarChart.Draw(
                    theme, [.. agreement.PerClass.Select(c => c.ClassName)],
                    [new("box F1", [.. agreement.PerClass.Select(c => c.F1)]), new("Fleiss' kappa", [.. agreement.PerClass.Select(c => c.Kappa)])],
                    "agreement", x => Number(x))));
        }

        string text = agreement.Pairs.Count == 0
            ? "No image was read by two raters, so that nothing can be said about their agreement."
            : $"Whether an image is normal at all: Fleiss' kappa {Number(agreement.NormalKappa)}. Where raters disagree on boxes, no detector can agree with all of them.";
        return new(
            "Raters", text, pictures,
            [
                new(
                    "Raters", ["rater", "images", "with a finding", "boxes", "boxes per image with a finding"],
                    [
                        .. agreement.PerRater.Select(r => (string[])[
                            r.Rater, Text.Of(r.Images), Text.Of(r.AbnormalImages), Text.Of(r.Boxes),
                            Number(r.AbnormalImages == 0 ? null : (double)r.Boxes / r.AbnormalImages)]),
                    ]),
                new(
                    "Pairs of raters", ["pair", "images", "boxes", "matched", "F1", "Cohen's kappa"],
                    [
                        .. agreement.Pairs.Select(p => (string[])[
                            $"{p.A} – {p.B}", Text.Of(p.Images), $"{Text.Of(p.BoxesA)} / {Text.Of(p.BoxesB)}", Text.Of(p.Matched), Number(p.F1), Number(p.Kappa)]),
                    ]),
                new(
                    "Agreement per finding", ["finding", "box F1", "Fleiss' kappa"],
                    [.. agreement.PerClass.Select(c => (string[])[c.ClassName, Number(c.F1), Number(c.Kappa)])]),
            ]);
    }

    private static ReportSection Shapes(BoxShapes shapes)
    {
        string unit = shapes.IsRelative ? "share of the image's area" : "square pixels";
        string Area(double value) => shapes.IsRelative ? $"{Number(100 * value, "0.###")} %" : value.ToString("0.##e0", CultureInfo.InvariantCulture);
        string known = shapes.IsRelative ? "" : " Image sizes are not in the annotation file, so that areas are in pixels of images of different sizes.";
        return new(
            "Box sizes",
            $"Boxes from the middle half of each class; whiskers reach from 5 % to 95 % of its boxes, the line is the median.{known}",
            [
                new(
                    "box-areas", $"Box plot of box areas per finding in {unit}.", $"Area of boxes, {unit}.",
                    theme => SpreadChart.Draw(theme, [.. shapes.PerClass.Select(c => (c.ClassName, c.Area))], $"area, {unit}", Area)),
                new(
                    "box-aspects", "Box plot of width over height per finding.", "Width divided by height; wide boxes lie to the right of the dotted line.",
                    theme => SpreadChart.Draw(theme, [.. shapes.PerClass.Select(c => (c.ClassName, c.Aspect))], "width / height", x => Number(x, "0.##"), mark: 1)),
            ],
            [
                new(
                    $"Quantiles of area ({unit}) and of width / height", ["finding", "boxes", "area 5 %", "25 %", "median", "75 %", "95 %", "aspect 5 %", "median", "95 %"],
                    [
                        .. shapes.PerClass.Where(c => c.Area is not null).Select(c => (string[])[
                            c.ClassName, Text.Of(c.Boxes), Area(c.Area!.P05), Area(c.Area.P25), Area(c.Area.Median), Area(c.Area.P75), Area(c.Area.P95),
                            Number(c.Aspect!.P05), Number(c.Aspect.Median), Number(c.Aspect.P95)]),
                    ]),
            ]);
    }

    private static ReportSection Centres(BoxCentres centres) => new(
        "Where boxes lie",
        centres.IsByImage
            ? "Centres of all boxes, divided by the size of their image. The patient's right is on the left, as on the radiograph."
            : "Centres of all boxes, divided by the largest x and y of any box: the annotation file alone does not tell the images' sizes, so that smaller images crowd to the top left.",
        [
            new(
                "centres", "Heat maps of box centres, one per finding with boxes.",
                "Each map has its own scale, and shades grow with the square root of the count.", theme => CentreChart.Draw(theme, centres)),
        ],
        []);

    private static ReportSection Together(DatasetExploration explored)
    {
        ClassOverlap[] classes = [.. explored.Overlap.PerClass];
        var images = explored.Summary.CoOccurrence.ToDictionary(p => (p.A, p.B), p => p.Images);
        int Both(int a, int b) => a == b
            ? classes[a].Images
            : images.GetValueOrDefault((Math.Min(classes[a].ClassId, classes[b].ClassId), Math.Max(classes[a].ClassId, classes[b].ClassId)));

        double most = Math.Max(1, classes.Max(c => c.Images));
        string[] names = [.. classes.Select(c => c.ClassName)];
        return new(
            "Findings together",
            "Images on which two findings occur; the diagonal has the images of each finding.",
            [
                new(
                    "co-occurrence", "Matrix of images that two findings share.", "Images shared by two findings; shades grow with the square root.",
                    theme => MatrixChart.Draw(theme, names, (a, b) => Both(a, b), x => Math.Sqrt(x / most), Whole)),
            ],
            [
                new(
                    "Pairs of findings, most frequent first", ["pair", "images", "of the first", "of the second"],
                    [
                        .. from pair in explored.Summary.CoOccurrence
                           let a = classes.First(c => c.ClassId == pair.A)
                           let b = classes.First(c => c.ClassId == pair.B)
                           orderby pair.Images descending
                           select (string[])[
                               $"{a.ClassName} + {b.ClassName}", Text.Of(pair.Images), $"{Number(100.0 * pair.Images / a.Images, "0.0")} %", $"{Number(100.0 * pair.Images / b.Images, "0.0")} %"],
                    ]),
            ]);
    }

    private static ReportSection Overlap(BoxOverlap overlap)
    {
        string[] names = [.. overlap.PerClass.Select(c => c.ClassName)];
        double most = Math.Max(1, overlap.Pairs.Max(row => row.DefaultIfEmpty().Max()));
        return new(
            "Overlap",
            FormattableString.Invariant($"{Text.Of(overlap.AnyClassImages)} images hold two boxes of any class and rater with IoU above {overlap.Iou}; on {Text.Of(overlap.SameClassImages)} of them the two are of one class, mostly several raters' boxes of one finding."),
            [
                new(
                    "overlap", "Bar chart of images with overlapping boxes per finding.", "Images of a finding on which one of its boxes overlaps another box.",
                    theme => BarChart.Draw(
                        theme, names,
                        [
                            new("of the same class", [.. overlap.PerClass.Select(c => (double?)c.SameClassImages)]),
                            new("of any class", [.. overlap.PerClass.Select(c => (double?)c.AnyClassImages)]),
                        ],
                        "images", Whole)),
                new(
                    "overlap-pairs", "Matrix of overlapping pairs of boxes between findings.", "Overlapping pairs of boxes between findings; shades grow with the square root.",
                    theme => MatrixChart.Draw(theme, names, (a, b) => overlap.Pairs[a][b], x => Math.Sqrt(x / most), Whole)),
            ],
            [
                new(
                    "Overlap per finding", ["finding", "images", "overlap in its class", "overlap in any class", "pairs in its class", "pairs with others"],
                    [
                        .. overlap.PerClass.Select(c => (string[])[
                            c.ClassName, Text.Of(c.Images), ExplorationReport.Share(c.SameClassImages, c.Images), ExplorationReport.Share(c.AnyClassImages, c.Images),
                            Text.Of(c.SameClassPairs), Text.Of(c.OtherClassPairs)]),
                    ]),
            ]);
    }

    private static ReportSection Sizes(ImageSizes sizes) => new(
        "Image sizes",
        $"Widths {sizes.MinWidth} to {sizes.MaxWidth} (median {Number(sizes.Width.Median, "0")}), heights {sizes.MinHeight} to {sizes.MaxHeight} (median {Number(sizes.Height.Median, "0")}) pixels.",
        [
            new(
                "image-sizes", "Scatter of image widths against heights.", "Width against height; larger marks are more images, the dotted line is square.",
                theme => SizeChart.Draw(theme, sizes)),
        ],
        [
            new(
                "Most frequent sizes", ["width x height", "images"],
                [.. sizes.Distinct.Take(20).Select(s => (string[])[$"{s.Width} x {s.Height}", Text.Of(s.Images)])]),
        ]);

    private static string Whole(double value) => Text.Of((int)value);
}
