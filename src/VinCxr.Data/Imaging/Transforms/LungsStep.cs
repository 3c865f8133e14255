namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>lungs</c>: crops to the lung fields with a margin; the whole image where <see cref="LungFinder"/> is not sure.</summary>
/// <param name="Margin">Kept around the lung fields, as a share of the sides of their rectangle.</param>
internal sealed record LungsStep(double Margin) : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        PixelRegion whole = PixelRegion.Whole(image.Width, image.Height);
        if (LungFinder.Find(image) is { } lungs)
        {
            image.Crop(RegionMath.Grow(lungs, Margin, Margin, whole));
        }
    }
}
