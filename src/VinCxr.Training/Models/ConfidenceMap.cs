namespace VinCxr.Training.Models;

/// <summary>
/// The confidence a detector has in its most likely class at each place, whatever box it would draw from there. All of a detector's boxes come out of these cells,
/// so its most confident box comes out of the highest one.
/// </summary>
/// <param name="Width">Cells across; together they cover the network input.</param>
/// <param name="Height">Cells down.</param>
/// <param name="Values">Row by row, in [0, 1].</param>
public sealed record ConfidenceMap(int Width, int Height, float[] Values);
