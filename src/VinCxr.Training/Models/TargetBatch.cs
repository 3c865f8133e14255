using static TorchSharp.torch;

namespace VinCxr.Training.Models;

/// <summary>True boxes of one batch.</summary>
/// <param name="Rows">
/// <c>[N, 6]</c> float32, one row per box: image index within the batch, class id, centre x, centre y, width, height; the last four
/// as fractions of the network input, in [0, 1]. N may be 0. Moved to the model's device when it lies elsewhere.
/// </param>
public sealed record TargetBatch(Tensor Rows);
