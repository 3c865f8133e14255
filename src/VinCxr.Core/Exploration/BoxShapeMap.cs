using VinCxr.Core.Detection;

namespace VinCxr.Core.Exploration;

/// <summary>Boxes by size and shape, on a grid of logarithms; what lies beyond an edge is counted at it.</summary>
/// <param name="Counts">
/// <see cref="Cells"/> squared counts, row by row from the top: columns by the share of the image's area, from <see cref="SmallestArea"/> to 1; rows by
/// width / height, from <see cref="WidestAspect"/> down to its inverse.
/// </param>
public sealed record BoxShapeMap(IReadOnlyList<int> Counts)
{
    /// <summary>Cells along each side.</summary>
    public const int Cells = 24;

    public const double SmallestArea = 1e-4;
    public const double WidestAspect = 8;

    /// <returns>Null when the size of an image with boxes is unknown.</returns>
    internal static BoxShapeMap? Of(AnnotationIndex index, IReadOnlyDictionary<string, ImageProfile> facts)
    {
        int[] counts = new int[Cells * Cells];
        foreach (ImageReading image in index.Images.Where(i => i.Boxes.Count > 0))
        {
            if (!facts.TryGetValue(image.ImageId, out ImageProfile? profile))
            {
                return null;
            }

            double whole = (double)profile.Width * profile.Height;
            foreach (Box box in image.Boxes.Select(b => b.Box))
            {
                int column = Cell(1 - (Math.Log(box.Area / whole) / Math.Log(SmallestArea)));
                int row = Cell((1 - (Math.Log(box.Width / box.Height) / Math.Log(WidestAspect))) / 2);
                counts[(row * Cells) + column]++;
            }
        }

        return new(counts);
    }

    private static int Cell(double share) => double.IsNaN(share) ? 0 : (int)Math.Clamp(share * Cells, 0, Cells - 1);
}
