using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Imaging;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Cli.Pictures;

/// <summary>One image under one transform.</summary>
/// <param name="Plane">8 bits, any size.</param>
/// <param name="Truth">Boxes in pixels of the original image.</param>
internal sealed record PreviewCell(Plane Plane, LabelledImage Truth)
{
    public PixelRegion Region => Plane.Region ?? PixelRegion.Whole(Truth.Width, Truth.Height);

    public bool IsCropped => Plane.Region is not null;

    /// <summary>Share of the original image that is shown.</summary>
    public double AreaKept => (double)Region.Width * Region.Height / ((double)Truth.Width * Truth.Height);

    /// <summary>Boxes that lie wholly outside.</summary>
    public int Lost => Truth.Boxes.Count(b => Region.Clip(b.Box) is null);

    /// <summary>Boxes that lie partly outside.</summary>
    public int Cut => Truth.Boxes.Count(b => Region.Clip(b.Box) is { } inside && inside != b.Box);

    /// <summary>The boxes that are left, clipped, in pixels of a picture of the region.</summary>
    public IEnumerable<(int ClassId, Box Box)> BoxesOn(int width, int height) =>
        from label in Truth.Boxes
        let inside = Region.Clip(label.Box)
        where inside is not null
        select (label.ClassId, Region.ToPicture(inside.Value, width, height));
}
