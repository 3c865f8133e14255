using OpenCvSharp;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Imaging;

namespace VinCxr.Cli.Pictures;

/// <param name="Plane">8-bit picture, any size; boxes are in the original image's pixels.</param>
internal sealed record SheetImage(Plane Plane, LabelledImage Truth, IReadOnlyList<Prediction> Predictions);

/// <summary>A grid of radiographs with true boxes (dashed) and predicted ones (solid, with class and confidence), and a legend.</summary>
internal static class ContactSheet
{
    private const int Cell = 480;
    private const int Gap = 8;
    private const int Columns = 3;
    private const int Header = 56;
    private const int LegendRow = 34;
    private const double LeastConfidence = 0.2;
    private const int MostBoxes = 10;

    public static byte[] Draw(IReadOnlyList<SheetImage> images, ClassList classes, string title)
    {
        int rows = (images.Count + Columns - 1) / Columns;
        LabelClass[] shown = [.. classes.Findings.Where(c => images.Any(i => Shows(i, c.Id)))];
        var legend = new SheetLegend(shown);
        int width = Columns * (Cell + Gap) + Gap;
        int grid = Header + rows * (Cell + Gap);
        using var sheet = new Mat(grid + legend.Rows(width) * LegendRow + Gap, width, MatType.CV_8UC3, Scalar.All(24));
        SheetText.Write(sheet, title, new Point(Gap + 4, 36), 0.85, Scalar.All(240));
        for (int i = 0; i < images.Count; i++)
        {
            var corner = new Point(Gap + i % Columns * (Cell + Gap), Header + i / Columns * (Cell + Gap));
            using Mat cell = new Mat(sheet, new Rect(corner.X, corner.Y, Cell, Cell));
            DrawImage(cell, images[i], classes, legend);
        }

        legend.Draw(sheet, grid, LegendRow);
        return sheet.ToBytes(".png");
    }

    private static bool Shows(SheetImage image, int classId) =>
        image.Truth.Boxes.Any(b => b.ClassId == classId) || Confident(image, null).Any(p => p.ClassId == classId);

    private static IEnumerable<Prediction> Confident(SheetImage image, int? noFindingId) => image.Predictions
        .Where(p => p.ClassId != noFindingId && p.Box != Box.NoFinding && p.Confidence >= LeastConfidence)
        .OrderByDescending(p => p.Confidence)
        .Take(MostBoxes);

    private static void DrawImage(Mat cell, SheetImage image, ClassList classes, SheetLegend legend)
    {
        double scale = Math.Min((double)Cell / image.Truth.Width, (double)Cell / image.Truth.Height);
        var size = new Size((int)Math.Round(image.Truth.Width * scale), (int)Math.Round(image.Truth.Height * scale));
        var offset = new Point((Cell - size.Width) / 2, (Cell - size.Height) / 2);
        cell.SetTo(Scalar.Black);
        using (Mat grey = Mat.FromPixelData(image.Plane.Height, image.Plane.Width, MatType.CV_8UC1, image.Plane.Bytes))
        using (Mat sized = grey.Resize(size, 0, 0, InterpolationFlags.Linear))
        using (Mat target = new Mat(cell, new Rect(offset, size)))
        {
            Cv2.CvtColor(sized, target, ColorConversionCodes.GRAY2BGR);
        }

        Rect Place(Box box) => Rect.FromLTRB(
            offset.X + (int)Math.Round(box.XMin * scale), offset.Y + (int)Math.Round(box.YMin * scale),
            offset.X + (int)Math.Round(box.XMax * scale), offset.Y + (int)Math.Round(box.YMax * scale));

        foreach (LabelledBox truth in image.Truth.Boxes)
        {
            DashedBox.Draw(cell, Place(truth.Box), legend.ColorOf(truth.ClassId));
        }

        foreach (Prediction prediction in Confident(image, classes.NoFindingId).Reverse())
        {
            Rect rect = Place(prediction.Box);
            Scalar color = legend.ColorOf(prediction.ClassId);
            Cv2.Rectangle(cell, rect, color, 2, LineTypes.AntiAlias);
            SheetText.Tag(cell, $"{classes.NameOf(prediction.ClassId)} {prediction.Confidence:0.00}", rect, color);
        }

        SheetText.Caption(cell, Caption(image, classes));
    }

    private static string Caption(SheetImage image, ClassList classes)
    {
        string truth = image.Truth.IsNormal ? "no finding" : $"{image.Truth.Boxes.Count} true boxes";
        Prediction[] normal = [.. image.Predictions.Where(p => p.ClassId == classes.NoFindingId)];
        string id = image.Truth.ImageId.Length > 8 ? image.Truth.ImageId[..8] : image.Truth.ImageId;
        return normal.Length == 0 ? $"{id}: {truth}" : $"{id}: {truth}, p(no finding) {normal.Max(p => p.Confidence):0.00}";
    }
}
