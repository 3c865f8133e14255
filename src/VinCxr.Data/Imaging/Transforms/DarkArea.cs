using OpenCvSharp;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>A dark area that may be a lung.</summary>
internal sealed record DarkArea(Rect Bounds, double Area)
{
    // Shares of the image's area, height and width.
    private const double LeastArea = 0.03;
    private const double LeastHeight = 0.3;
    private const double LeastWidth = 0.12;
    private const double MostWidth = 0.5;

    /// <summary>Least share of its convex hull that an area fills: one that leaks into the background does not.</summary>
    private const double LeastSolidity = 0.7;

    /// <summary>Largest share of its outline that lies on the border of the image.</summary>
    private const double MostContact = 0.1;

    public static DarkArea? Of(Point[] contour, Size image)
    {
        double area = Cv2.ContourArea(contour);
        Rect bounds = Cv2.BoundingRect(contour);
        if (area < LeastArea * image.Width * image.Height || bounds.Height < LeastHeight * image.Height
            || bounds.Width < LeastWidth * image.Width || bounds.Width > MostWidth * image.Width)
        {
            return null;
        }

        int contact = contour.Count(p => p.X == 0 || p.Y == 0 || p.X == image.Width - 1 || p.Y == image.Height - 1);
        double hull = Cv2.ContourArea(Cv2.ConvexHull(contour));
        return contact <= MostContact * contour.Length && area >= LeastSolidity * hull ? new DarkArea(bounds, area) : null;
    }
}
