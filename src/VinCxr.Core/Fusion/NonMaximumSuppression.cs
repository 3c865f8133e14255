using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

/// <summary>Greedy NMS over one image and one class.</summary>
public static class NonMaximumSuppression
{
    /// <param name="boxes">Boxes of one class.</param>
    /// <param name="scores">Their confidences, same length.</param>
    /// <param name="iou">A box is dropped when it overlaps a kept, higher one by more than this.</param>
    /// <returns>Indices of kept boxes in order of falling confidence; ties keep input order.</returns>
    public static int[] Keep(ReadOnlySpan<Box> boxes, ReadOnlySpan<double> scores, double iou) => throw new NotImplementedException();
}
