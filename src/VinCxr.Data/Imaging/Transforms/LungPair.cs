using OpenCvSharp;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>Two dark areas that may be the lungs.</summary>
/// <param name="Bounds">Rectangle around both.</param>
/// <param name="Score">Their area, less where they differ in size.</param>
internal sealed record LungPair(Rect Bounds, double Score)
{
    public static IEnumerable<LungPair> Among(List<DarkArea> areas, Size image)
    {
        for (int i = 0; i < areas.Count; i++)
        {
            for (int j = 0; j < areas.Count; j++)
            {
                (DarkArea left, DarkArea right) = (areas[i], areas[j]);
                if (i != j && Rate(left, right, image) is > 0 and double score)
                {
                    yield return new LungPair(left.Bounds | right.Bounds, score);
                }
            }
        }
    }

    private static double Rate(DarkArea left, DarkArea right, Size image)
    {
        Rect a = left.Bounds, b = right.Bounds;
        double overlap = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        double heights = Math.Min(a.Height, b.Height) / (double)Math.Max(a.Height, b.Height);
        double sizes = Math.Min(left.Area, right.Area) / Math.Max(left.Area, right.Area);
        double middle = (a.Right + b.Left) / 2.0 / image.Width;
        double gap = (b.Left - a.Right) / (double)image.Width;
        bool sideBySide = a.Left < b.Left && gap is > -0.05 and < 0.3;
        bool alike = overlap > 0.6 * Math.Min(a.Height, b.Height) && heights > 0.5 && sizes > 0.35;
        return sideBySide && alike && middle is > 0.3 and < 0.7 ? (left.Area + right.Area) * Math.Sqrt(sizes) : 0;
    }
}
