using VinCxr.Core.Detection;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Activations;

/// <summary>Where in an image a model sees a finding: a coarse grid of confidences.</summary>
/// <param name="Width">Cells across.</param>
/// <param name="Height">Cells down.</param>
/// <param name="Peak">Confidence that 255 stands for, the highest of the map, in [0, 1].</param>
/// <param name="Area">What the grid covers, in pixels of the original; reaches beyond the image where cells do.</param>
/// <param name="Seen">The part of the original that the model was given.</param>
/// <param name="Cells">Row by row from the top; cell value <c>v</c> is the confidence <c>Peak * v / 255</c>.</param>
public sealed record ActivationMap(string ImageId, int Width, int Height, float Peak, Box Area, PixelRegion Seen, byte[] Cells);
