namespace VinCxr.Core.Detection;

/// <summary>
/// Axis-aligned box in pixels of the original image, continuous coordinates: width is <c>XMax - XMin</c> (no +1).
/// </summary>
public readonly record struct Box(double XMin, double YMin, double XMax, double YMax)
{
    /// <summary>The box that stands for the whole image in <i>No finding</i> rows (<c>0 0 1 1</c>).</summary>
    public static readonly Box NoFinding = new(0, 0, 1, 1);

    public double Width => XMax - XMin;

    public double Height => YMax - YMin;

    /// <summary>Area in square pixels, 0 for degenerate or inverted boxes.</summary>
    public double Area => Math.Max(0, Width) * Math.Max(0, Height);

    /// <summary>True when all four coordinates are finite and both sides are positive.</summary>
    public bool IsValid =>
        double.IsFinite(XMin) && double.IsFinite(YMin) && double.IsFinite(XMax) && double.IsFinite(YMax) && XMax > XMin && YMax > YMin;

    /// <summary>Intersection over union in [0, 1]; 0 when the union has no area.</summary>
    public double IoU(in Box other)
    {
        double width = Math.Min(XMax, other.XMax) - Math.Max(XMin, other.XMin);
        double height = Math.Min(YMax, other.YMax) - Math.Max(YMin, other.YMin);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        double intersection = width * height;
        double union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }
}

/// <summary>A predicted box. <paramref name="Confidence"/> is in [0, 1].</summary>
public readonly record struct Prediction(string ImageId, int ClassId, double Confidence, Box Box);

/// <summary>A true box: one finding on one image, or <see cref="Box.NoFinding"/> with the <i>No finding</i> class on a normal image.</summary>
public readonly record struct GroundTruth(string ImageId, int ClassId, Box Box);
