namespace VinCxr.Core.Exploration;

/// <param name="Area">Share of the image's area, or square pixels (see <see cref="BoxShapes.IsRelative"/>); null without boxes.</param>
/// <param name="Aspect">Width / height; null without boxes.</param>
public sealed record ClassBoxShape(int ClassId, string ClassName, int Boxes, Spread? Area, Spread? Aspect);

/// <summary>Sizes and shapes of boxes per class.</summary>
/// <param name="IsRelative">True when the sizes of all images with boxes are known and areas are shares of the image; else square pixels.</param>
public sealed record BoxShapes(bool IsRelative, IReadOnlyList<ClassBoxShape> PerClass)
{
    internal static BoxShapes Of(AnnotationIndex index, IReadOnlyDictionary<string, ImageProfile> facts)
    {
        bool relative = index.Images.All(i => i.Boxes.Count == 0 || facts.ContainsKey(i.ImageId));
        ILookup<int, (double Area, double Aspect)> byFinding = (
            from image in index.Images
            from box in image.Boxes
            let whole = relative ? (double)facts[image.ImageId].Width * facts[image.ImageId].Height : 1
            select (box.Finding, Area: box.Box.Area / whole, Aspect: box.Box.Width / box.Box.Height))
            .ToLookup(b => b.Finding, b => (b.Area, b.Aspect));
        return new(
            relative,
            [
                .. index.Findings.Select((c, i) => new ClassBoxShape(
                    c.Id, c.Name, byFinding[i].Count(), Spread.Of(byFinding[i].Select(b => b.Area)), Spread.Of(byFinding[i].Select(b => b.Aspect)))),
            ]);
    }
}
