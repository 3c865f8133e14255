namespace VinCxr.Core.Exploration;

/// <param name="Counts"><see cref="BoxCentres.Cells"/> squared counts, row by row from the top left.</param>
public sealed record ClassCentres(int ClassId, string ClassName, int Boxes, IReadOnlyList<int> Counts);

/// <summary>Where box centres lie, on a grid over the image.</summary>
/// <param name="IsByImage">True when each image's own size is known; else every centre is divided by the largest x and y of any box.</param>
public sealed record BoxCentres(bool IsByImage, IReadOnlyList<ClassCentres> PerClass)
{
    /// <summary>Cells along each side.</summary>
    public const int Cells = 32;

    internal static BoxCentres Of(AnnotationIndex index, IReadOnlyDictionary<string, ImageProfile> facts)
    {
        bool byImage = index.Images.All(i => i.Boxes.Count == 0 || facts.ContainsKey(i.ImageId));
        double widest = 1, tallest = 1;
        foreach (IndexedBox box in index.Images.SelectMany(i => i.Boxes))
        {
            (widest, tallest) = (Math.Max(widest, box.Box.XMax), Math.Max(tallest, box.Box.YMax));
        }

        int[][] counts = [.. index.Findings.Select(_ => new int[Cells * Cells])];
        foreach (ImageReading image in index.Images)
        {
            (double width, double height) = byImage && image.Boxes.Count > 0 ? (facts[image.ImageId].Width, facts[image.ImageId].Height) : (widest, tallest);
            foreach (IndexedBox box in image.Boxes)
            {
                int column = Cell((box.Box.XMin + box.Box.XMax) / 2 / width), row = Cell((box.Box.YMin + box.Box.YMax) / 2 / height);
                counts[box.Finding][(row * Cells) + column]++;
            }
        }

        return new(byImage, [.. index.Findings.Select((c, i) => new ClassCentres(c.Id, c.Name, counts[i].Sum(), counts[i]))]);
    }

    private static int Cell(double share) => (int)Math.Clamp(share * Cells, 0, Cells - 1);
}
