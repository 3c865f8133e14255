using VinCxr.Core.Detection;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>Where boxes go when a part of an image is shown at another size, and back.</summary>
public static class RegionMath
{
    /// <summary>A box in pixels of the stored image, in pixels of a picture of <paramref name="region"/> that is width x height; may reach outside.</summary>
    public static Box ToPicture(this PixelRegion region, in Box box, double width, double height)
    {
        double x = width / region.Width, y = height / region.Height;
        return new Box((box.XMin - region.X) * x, (box.YMin - region.Y) * y, (box.XMax - region.X) * x, (box.YMax - region.Y) * y);
    }

    /// <summary>The inverse of <see cref="ToPicture"/>.</summary>
    public static Box FromPicture(this PixelRegion region, in Box box, double width, double height)
    {
        double x = region.Width / width, y = region.Height / height;
        return new Box(region.X + (box.XMin * x), region.Y + (box.YMin * y), region.X + (box.XMax * x), region.Y + (box.YMax * y));
    }

    /// <summary>The part of a box, in pixels of the stored image, that lies in the region; null where none does.</summary>
    public static Box? Clip(this PixelRegion region, in Box box)
    {
        var inside = new Box(
            Math.Max(box.XMin, region.X), Math.Max(box.YMin, region.Y),
            Math.Min(box.XMax, region.X + region.Width), Math.Min(box.YMax, region.Y + region.Height));
        return inside.IsValid ? inside : null;
    }

    /// <summary>Moves every side out by a share of the region's own width or height, not beyond <paramref name="limit"/>.</summary>
    internal static PixelRegion Grow(PixelRegion region, double across, double down, PixelRegion limit)
    {
        int x = (int)Math.Round(across * region.Width), y = (int)Math.Round(down * region.Height);
        int left = Math.Max(limit.X, region.X - x), top = Math.Max(limit.Y, region.Y - y);
        int right = Math.Min(limit.X + limit.Width, region.X + region.Width + x), bottom = Math.Min(limit.Y + limit.Height, region.Y + region.Height + y);
        return new PixelRegion(left, top, right - left, bottom - top);
    }
}
