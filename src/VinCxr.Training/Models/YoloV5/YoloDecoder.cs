using TorchSharp;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>From logits to boxes: centre = (2 sigmoid - 0.5 + cell) x stride, side = (2 sigmoid)^2 x anchor.</summary>
internal static class YoloDecoder
{
    /// <param name="logits"><c>[..., 4 or more]</c>, the first four being x, y, width, height.</param>
    /// <param name="anchors">Width and height in grid cells, <c>[..., 2]</c>, broadcast against the logits.</param>
    /// <returns><c>[..., 4]</c>: centre from the cell's corner in (-0.5, 1.5), then width and height, all in cells.</returns>
    public static Tensor InCells(Tensor logits, Tensor anchors)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor doubled = logits.narrow(-1, 0, 4).sigmoid().Times(2);
        Tensor centre = doubled.narrow(-1, 0, 2).Minus(0.5);
        Tensor sides = doubled.narrow(-1, 2, 2).Squared() * anchors;
        return cat([centre, sides], -1).MoveToOuterDisposeScope();
    }

    /// <summary>All predictions of all levels, P = sum of anchors x h x w, fine levels first.</summary>
    /// <param name="levels">Logits of each level, <c>[B, anchors, h, w, 5 + classes]</c>.</param>
    /// <param name="anchors"><c>[levels, anchors, 2]</c>, in grid cells.</param>
    /// <returns>
    /// Boxes <c>[B, P, 4]</c> as x1, y1, x2, y2 in input pixels, not clipped; confidences <c>[B, P, classes]</c> in [0, 1]:
    /// objectness times class probability.
    /// </returns>
    public static (Tensor Boxes, Tensor Confidences) Decode(IReadOnlyList<Tensor> levels, Tensor anchors)
    {
        using DisposeScope scope = NewDisposeScope();
        var boxes = new List<Tensor>();
        var confidences = new List<Tensor>();
        for (int level = 0; level < levels.Count; level++)
        {
            Tensor logits = levels[level].to(float32);
            (long batch, long height, long width) = (logits.shape[0], logits.shape[2], logits.shape[3]);
            Tensor cells = InCells(logits, anchors[level].view(1, -1, 1, 1, 2));
            Tensor columns = arange(Scalars.Of(width), dtype: float32, device: logits.device).view(1, 1, 1, width);
            Tensor rows = arange(Scalars.Of(height), dtype: float32, device: logits.device).view(1, 1, height, 1);
            Tensor x = cells.select(-1, 0).Plus(columns), y = cells.select(-1, 1).Plus(rows);
            Tensor halfWidth = cells.select(-1, 2).Times(0.5), halfHeight = cells.select(-1, 3).Times(0.5);
            Tensor corners = stack([x - halfWidth, y - halfHeight, x.Plus(halfWidth), y.Plus(halfHeight)], -1).Times(AnchorPyramid.Strides[level]);
            boxes.Add(corners.view(batch, -1, 4));
            Tensor probabilities = logits.narrow(-1, 4, logits.shape[4] - 4).sigmoid().view(batch, -1, logits.shape[4] - 4);
            confidences.Add(probabilities.narrow(-1, 0, 1) * probabilities.narrow(-1, 1, logits.shape[4] - 5));
        }

        return (cat(boxes, 1).MoveToOuterDisposeScope(), cat(confidences, 1).MoveToOuterDisposeScope());
    }
}
