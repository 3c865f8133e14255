using OpenCvSharp;

namespace VinCxr.Cli.Pictures;

/// <summary>A rectangle in dashes on a dark line, visible on bright and dark ground.</summary>
internal static class DashedBox
{
    private const int Dash = 9;
    private const int Space = 6;

    public static void Draw(Mat mat, Rect rect, Scalar color)
    {
        Line(mat, rect.TopLeft, new Point(rect.Right, rect.Top), color);
        Line(mat, new Point(rect.Right, rect.Top), rect.BottomRight, color);
        Line(mat, new Point(rect.Left, rect.Bottom), rect.BottomRight, color);
        Line(mat, rect.TopLeft, new Point(rect.Left, rect.Bottom), color);
    }

    public static void Line(Mat mat, Point from, Point to, Scalar color)
    {
        double length = from.DistanceTo(to);
        for (double at = 0; at < length; at += Dash + Space)
        {
            Point Along(double distance) => from + (to - from).Multiply(distance / length);
            Point start = Along(at), end = Along(Math.Min(length, at + Dash));
            Cv2.Line(mat, start, end, Scalar.Black, 4, LineTypes.AntiAlias);
            Cv2.Line(mat, start, end, color, 2, LineTypes.AntiAlias);
        }
    }
}
