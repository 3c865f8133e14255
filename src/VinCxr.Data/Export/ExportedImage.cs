using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Datasets;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Export;

/// <summary>An image as exported: its size, and the part of the original that it shows.</summary>
internal sealed record ExportedImage(string ImageId, int Width, int Height, PixelRegion Region)
{
    public static ExportedImage Of(DatasetImage image, Plane plane) =>
        new(image.ImageId, plane.Width, plane.Height, plane.Region ?? PixelRegion.Whole(image.Columns, image.Rows));

    /// <summary>A box in original pixels as one in exported pixels, cut to the image.</summary>
    /// <returns>Null when nothing of it is left.</returns>
    public Box? Place(in Box box)
    {
        double scaleX = (double)Width / Region.Width, scaleY = (double)Height / Region.Height;
        var placed = new Box(
            Math.Clamp((box.XMin - Region.X) * scaleX, 0, Width), Math.Clamp((box.YMin - Region.Y) * scaleY, 0, Height),
            Math.Clamp((box.XMax - Region.X) * scaleX, 0, Width), Math.Clamp((box.YMax - Region.Y) * scaleY, 0, Height));
        return placed.IsValid ? placed : null;
    }
}

/// <param name="Rater">Null for boxes that several raters agreed on.</param>
internal readonly record struct ExportedBox(int ClassId, Box Box, string? Rater);

/// <summary>An exported image with its boxes in exported pixels; none on a normal image.</summary>
/// <param name="NormalRaters">Raters who saw nothing, where every rater's row is kept.</param>
internal sealed record LabelledExport(ExportedImage Image, IReadOnlyList<ExportedBox> Boxes, IReadOnlyList<string> NormalRaters);

/// <summary>What is written about the images of an export.</summary>
internal sealed record ExportContent(string Dataset, string Version, ClassList Classes, ExportOptions Options, ExportFolds? Folds, IReadOnlyList<LabelledExport> Images)
{
    public string FileOf(LabelledExport image) => $"images/{image.Image.ImageId}{Options.Extension}";
}
