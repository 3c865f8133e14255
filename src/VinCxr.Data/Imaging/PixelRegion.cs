namespace VinCxr.Data.Imaging;

/// <summary>A rectangle of whole pixels of an image as stored: columns [X, X + Width), rows [Y, Y + Height).</summary>
public readonly record struct PixelRegion(int X, int Y, int Width, int Height)
{
    public static PixelRegion Whole(int width, int height) => new(0, 0, width, height);
}
