using OpenCvSharp;

namespace VinCxr.Cli.Pictures;

/// <summary>Text on a contact sheet in OpenCV's own vector font, which needs no font file.</summary>
internal static class SheetText
{
    private const HersheyFonts Font = HersheyFonts.HersheySimplex;
    private const double TagScale = 0.45;

    public static void Write(Mat mat, string text, Point baseline, double scale, Scalar color) =>
        Cv2.PutText(mat, text, baseline, Font, scale, color, 1, LineTypes.AntiAlias);

    public static int WidthOf(string text, double scale) => Cv2.GetTextSize(text, Font, scale, 1, out _).Width;

    /// <summary>A filled label on top of a box, moved inside the picture where it would leave it.</summary>
    public static void Tag(Mat mat, string text, Rect box, Scalar color)
    {
        Size size = Cv2.GetTextSize(text, Font, TagScale, 1, out int below);
        int height = size.Height + below + 4;
        int x = Math.Clamp(box.X - 1, 0, Math.Max(0, mat.Width - size.Width - 6));
        int y = box.Y - height >= 0 ? box.Y - height : Math.Max(0, Math.Min(box.Y, mat.Height - height));
        Cv2.Rectangle(mat, new Rect(x, y, size.Width + 6, height), color, -1);
        bool isLight = 0.114 * color.Val0 + 0.587 * color.Val1 + 0.299 * color.Val2 > 140;
        Write(mat, text, new Point(x + 3, y + size.Height + 2), TagScale, Scalar.All(isLight ? 0 : 255));
    }

    /// <summary>A line at the bottom of a picture on a dark band.</summary>
    public static void Caption(Mat mat, string text)
    {
        const int Band = 24;
        Cv2.Rectangle(mat, new Rect(0, mat.Height - Band, mat.Width, Band), Scalar.All(16), -1);
        Write(mat, text, new Point(6, mat.Height - 7), 0.48, Scalar.All(225));
    }
}
