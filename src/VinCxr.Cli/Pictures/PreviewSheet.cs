using OpenCvSharp;
using VinCxr.Core;
using VinCxr.Core.Annotations;

namespace VinCxr.Cli.Pictures;

/// <summary>A row for each image, with its cells in the order of the transforms.</summary>
internal sealed record PreviewRow(string ImageId, IReadOnlyList<PreviewCell> Cells);

/// <summary>A grid of radiographs: images down, transforms across, with true boxes where the transform puts them.</summary>
internal static class PreviewSheet
{
    private const int Gap = 6;
    private const int TextLine = 20;
    private const int Band = 24;
    private const int LegendRow = 30;
    private const double TextScale = 0.48;
    private const double NoteScale = 0.42;
    private const int HeadLines = 3;
    private const long MostPixels = 150_000_000;

    private static readonly Scalar Ground = Scalar.All(24);
    private static readonly Scalar Bright = Scalar.All(240);
    private static readonly Scalar Soft = Scalar.All(185);

    /// <param name="cell">Longest side of a picture, pixels.</param>
    /// <exception cref="InvalidInputException">The sheet would be too large to draw.</exception>
    public static byte[] Draw(IReadOnlyList<PreviewRow> rows, IReadOnlyList<string> transforms, ClassList classes, int cell)
    {
        LabelClass[] shown = [.. classes.Findings.Where(c => rows.Any(r => r.Cells[0].Truth.Boxes.Any(b => b.ClassId == c.Id)))];
        var legend = new SheetLegend(shown, withPredictions: false);
        string[][] heads = [.. transforms.Select(t => Wrap(t, cell))];
        int[] heights = [.. rows.Select(r => r.Cells.Max(c => SizeOf(c, cell).Height))];
        int head = (heads.Max(h => h.Length) * TextLine) + Gap;
        int width = (transforms.Count * (cell + Gap)) + Gap;
        int grid = head + rows.Count * ((2 * Band) + Gap) + heights.Sum();
        int height = grid + (legend.Rows(width) * LegendRow) + Gap;
        if ((long)width * height > MostPixels)
        {
            throw new InvalidInputException($"the sheet would be {width} x {height} pixels; show fewer images or transforms, or a smaller --size than {cell}");
        }

        using var sheet = new Mat(height, width, MatType.CV_8UC3, Ground);
        for (int column = 0; column < transforms.Count; column++)
        {
            foreach ((int line, string text) in heads[column].Index())
            {
                SheetText.Write(sheet, text, new Point(Gap + (column * (cell + Gap)), (line + 1) * TextLine - 4), TextScale, Bright);
            }
        }

        int top = head;
        foreach ((int index, PreviewRow row) in rows.Index())
        {
            DrawRow(sheet, row, top, heights[index], cell, legend);
            top += (2 * Band) + heights[index] + Gap;
        }

        legend.Draw(sheet, grid, LegendRow);
        return sheet.ToBytes(".png");
    }

    private static void DrawRow(Mat sheet, PreviewRow row, int top, int height, int cell, SheetLegend legend)
    {
        int boxes = row.Cells[0].Truth.Boxes.Count;
        string truth = row.Cells[0].Truth.IsNormal ? "no finding" : Counted(boxes, "box", "boxes");
        Cv2.Rectangle(sheet, new Rect(0, top, sheet.Width, Band), Scalar.All(44), -1);
        SheetText.Write(sheet, $"{row.ImageId}   {truth}", new Point(Gap, top + 16), TextScale, Bright);
        for (int column = 0; column < row.Cells.Count; column++)
        {
            int left = Gap + (column * (cell + Gap));
            DrawCell(sheet, row.Cells[column], left, top + Band, cell, legend);
            if (row.Cells[column].IsCropped)
            {
                SheetText.Write(sheet, Note(row.Cells[column]), new Point(left, top + Band + height + 15), NoteScale, Soft);
            }
        }
    }

    private static void DrawCell(Mat sheet, PreviewCell cell, int left, int top, int side, SheetLegend legend)
    {
        Size size = SizeOf(cell, side);
        using var target = new Mat(sheet, new Rect(left + ((side - size.Width) / 2), top, size.Width, size.Height));
        using (Mat grey = Mat.FromPixelData(cell.Plane.Height, cell.Plane.Width, MatType.CV_8UC1, cell.Plane.Bytes))
        using (Mat sized = grey.Resize(size, 0, 0, InterpolationFlags.Linear))
        {
            Cv2.CvtColor(sized, target, ColorConversionCodes.GRAY2BGR);
        }

        foreach ((int classId, var box) in cell.BoxesOn(size.Width, size.Height))
        {
            // Inside the picture, so that a box on its edge keeps all four lines.
            Rect rect = Rect.FromLTRB(
                Math.Max(1, (int)Math.Round(box.XMin)), Math.Max(1, (int)Math.Round(box.YMin)),
                Math.Min(size.Width - 2, (int)Math.Round(box.XMax)), Math.Min(size.Height - 2, (int)Math.Round(box.YMax)));
            Cv2.Rectangle(target, rect, Scalar.Black, 4);
            Cv2.Rectangle(target, rect, legend.ColorOf(classId), 2);
        }
    }

    private static Size SizeOf(PreviewCell cell, int side)
    {
        double scale = side / (double)Math.Max(cell.Region.Width, cell.Region.Height);
        return new Size(Math.Max(4, (int)Math.Round(cell.Region.Width * scale)), Math.Max(4, (int)Math.Round(cell.Region.Height * scale)));
    }

    private static string Note(PreviewCell cell)
    {
        string note = $"{100 * cell.AreaKept:0} % of the image";
        note += cell.Cut > 0 ? $", {cell.Cut} cut" : "";
        return cell.Lost > 0 ? $"{note}, {cell.Lost} lost" : note;
    }

    private static string Counted(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    /// <summary>Lines that fit the width, broken at spaces, then anywhere; what does not fit into the last is cut with an ellipsis.</summary>
    private static string[] Wrap(string text, int width)
    {
        var lines = new List<string>();
        while (text.Length > 0)
        {
            int fits = text.Length;
            while (fits > 1 && SheetText.WidthOf(text[..fits], TextScale) > width)
            {
                fits--;
            }

            int space = fits == text.Length ? -1 : text.LastIndexOf(' ', fits);
            int cut = space > 0 ? space : fits;
            if (lines.Count == HeadLines - 1 && cut < text.Length)
            {
                lines.Add(text[..Math.Max(1, fits - 3)] + "...");
                break;
            }

            lines.Add(text[..cut]);
            text = text[cut..].TrimStart();
        }

        return [.. lines];
    }
}
