using TorchSharp;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>
/// Class activation maps of a one-stage detector. A class activation map (Zhou et al. 2016, arXiv:1512.04150, eq. 2) applies the classifier's weights to the
/// features of each place instead of to their mean. YOLO's head does just that, it is a 1x1 convolution, so its class confidences (objectness times class
/// probability; Redmon et al. 2016, arXiv:1506.02640, sec. 2) are such maps already. They are of the classes and belong to the boxes that are shown, have an
/// absolute scale and no sign to be guessed, and come with the forward pass. The other candidate, EigenCAM (Muhammad and Yeasin 2020, arXiv:2008.00299), the
/// first principal component of a layer's features, knows no class and says nothing of a particular box.
/// </summary>
internal static class ConfidenceMaps
{
    /// <summary>Side of a cell in pixels of the network input: the middle level's, which takes a quarter of the bytes of the finest.</summary>
    public const int CellSide = 16;

    /// <summary>The highest confidence at each place over classes, anchors and levels.</summary>
    /// <param name="confidences"><c>[B, P, classes]</c> in the order of <see cref="YoloDecoder.Decode"/>.</param>
    /// <param name="height">Input height in pixels, a multiple of the coarsest stride.</param>
    /// <param name="width">Input width in pixels.</param>
    /// <returns>One per image of the batch, of height / 16 by width / 16 cells.</returns>
    public static ConfidenceMap[] Of(Tensor confidences, long height, long width)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor best = confidences.amax([2]);
        (long batch, long first) = (best.shape[0], 0);
        Tensor? all = null;
        foreach (int stride in AnchorPyramid.Strides)
        {
            (long rows, long columns) = (height / stride, width / stride);
            long count = AnchorPyramid.PerLevel * rows * columns;
            Tensor level = best.narrow(1, first, count).reshape(batch, AnchorPyramid.PerLevel, rows, columns).amax([1], true);
            Tensor cells = stride < CellSide
                ? nn.functional.max_pool2d(level, CellSide / stride)
                : nn.functional.interpolate(level, scale_factor: [(double)stride / CellSide, (double)stride / CellSide], mode: InterpolationMode.Nearest);
            all = all?.maximum(cells) ?? cells;
            first += count;
        }

        (int down, int across) = ((int)(height / CellSide), (int)(width / CellSide));
        float[] values = all!.cpu().contiguous().data<float>().ToArray();
        return [.. Enumerable.Range(0, (int)batch).Select(i => new ConfidenceMap(across, down, values[(i * down * across)..((i + 1) * down * across)]))];
    }
}
