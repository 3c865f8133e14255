namespace VinCxr.Data.Imaging;

/// <summary>A linear window (PS3.3 C.11.2.1.2) by its bounds, in modality values: level 0 up to Low, 1 from High on, a straight line between.</summary>
internal readonly record struct VoiLine(double Low, double High)
{
    /// <summary>No window: the lowest and highest value that the stored bits can hold are the bounds.</summary>
    public static readonly VoiLine FullRange = new(double.NegativeInfinity, double.PositiveInfinity);

    public bool IsFullRange => double.IsInfinity(Low);
}
