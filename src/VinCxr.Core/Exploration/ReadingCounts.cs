namespace VinCxr.Core.Exploration;

/// <param name="Value">A number of things on an image.</param>
/// <param name="Images">Images that have so many.</param>
public sealed record ImageCount(int Value, int Images);

/// <summary>How many boxes and raters the annotated images have; ascending values.</summary>
/// <param name="Boxes">Boxes of all raters; 0 for images without any.</param>
public sealed record ReadingCounts(IReadOnlyList<ImageCount> Boxes, IReadOnlyList<ImageCount> Raters)
{
    internal static ReadingCounts Of(AnnotationIndex index) => new(Count(index, i => i.Boxes.Count), Count(index, i => i.Raters.Count));

    private static ImageCount[] Count(AnnotationIndex index, Func<ImageReading, int> value) =>
        [.. index.Images.CountBy(value).OrderBy(c => c.Key).Select(c => new ImageCount(c.Key, c.Value))];
}
