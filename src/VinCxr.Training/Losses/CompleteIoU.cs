using TorchSharp;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Losses;

/// <summary>
/// Complete IoU (arXiv:1911.08287, eq. 10): IoU less the squared distance of the centres over the squared diagonal of the enclosing
/// box, less a penalty on unequal aspect ratios.
/// </summary>
public static class CompleteIoU
{
    private const double Epsilon = 1e-7;

    /// <param name="predicted"><c>[N, 4]</c>: centre x, centre y, width, height, in any unit; sides positive.</param>
    /// <param name="target"><c>[N, 4]</c>, in the same unit.</param>
    /// <returns><c>[N]</c> in (-1.5, 1], 1 for equal boxes; the weight of the ratio penalty is not differentiated, as in the paper.</returns>
    public static Tensor Compute(Tensor predicted, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] p = predicted.unbind(1), t = target.unbind(1);
        (Tensor pLeft, Tensor pTop, Tensor pRight, Tensor pBottom) = Corners(p);
        (Tensor tLeft, Tensor tTop, Tensor tRight, Tensor tBottom) = Corners(t);

        Tensor width = (minimum(pRight, tRight) - maximum(pLeft, tLeft)).clamp_min(Scalars.Of(0L));
        Tensor height = (minimum(pBottom, tBottom) - maximum(pTop, tTop)).clamp_min(Scalars.Of(0L));
        Tensor intersection = width * height;
        Tensor iou = intersection / ((p[2] * p[3]).Plus(t[2] * t[3]) - intersection).Plus(Epsilon);

        Tensor enclosingWidth = maximum(pRight, tRight) - minimum(pLeft, tLeft);
        Tensor enclosingHeight = maximum(pBottom, tBottom) - minimum(pTop, tTop);
        Tensor diagonal = enclosingWidth.Squared().Plus(enclosingHeight.Squared()).Plus(Epsilon);
        Tensor distance = (p[0] - t[0]).Squared().Plus((p[1] - t[1]).Squared()) / diagonal;

        Tensor ratio = (atan(t[2] / t[3].Plus(Epsilon)) - atan(p[2] / p[3].Plus(Epsilon))).Squared().Times(4 / (Math.PI * Math.PI));
        Tensor ratioWeight = (ratio / (ratio - iou).Plus(1 + Epsilon)).detach();
        return (iou - distance - (ratioWeight * ratio)).MoveToOuterDisposeScope();
    }

    private static (Tensor Left, Tensor Top, Tensor Right, Tensor Bottom) Corners(Tensor[] box)
    {
        Tensor halfWidth = box[2].Times(0.5), halfHeight = box[3].Times(0.5);
        return (box[0] - halfWidth, box[1] - halfHeight, box[0].Plus(halfWidth), box[1].Plus(halfHeight));
    }
}
