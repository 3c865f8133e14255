using static TorchSharp.torch;

namespace VinCxr.Training.Models;

/// <summary>Loss of one batch.</summary>
/// <param name="Total">Scalar float32 with gradient, to be minimised. Summed over the batch (mean per image times batch size).</param>
/// <param name="Parts">
/// Detached scalar tensors per image, after gains, keyed by name (<c>box</c>, <c>obj</c>, <c>cls</c>); their sum times the batch size
/// is <paramref name="Total"/>. Tensors, so that nothing waits for the device until they are read.
/// </param>
public sealed record DetectorLoss(Tensor Total, IReadOnlyDictionary<string, Tensor> Parts);
