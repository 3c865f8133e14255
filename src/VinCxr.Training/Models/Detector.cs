using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VinCxr.Training.Models;

/// <summary>
/// A trainable object detector. The loop knows models through this class only.
/// <para>
/// Images are <c>[B, C, H, W]</c> on the model's device, floating point in [0, 1], H and W multiples of <see cref="ImageStride"/>.
/// C is 3, or 1 for grey images, which the model repeats to 3 by itself (cheaper to load and to move than repeated planes).
/// </para>
/// <para>
/// Disposal: what a method returns belongs to the caller's dispose scope; every intermediate tensor is freed inside, except those that
/// the autograd graph of <see cref="DetectorLoss.Total"/> holds until it is freed.
/// </para>
/// </summary>
public abstract class Detector : nn.Module
{
    /// <param name="classes">Number of classes, at least 1; class ids are 0..classes-1.</param>
    protected Detector(string name, int classes)
        : base(name) => Classes = classes;

    public int Classes { get; }

    /// <summary>Height and width of the input must be multiples of this, in pixels.</summary>
    public abstract int ImageStride { get; }

    /// <summary>Forward pass and training loss of one batch. Call in training mode.</summary>
    /// <exception cref="Core.InvalidInputException">The image tensor's shape cannot be used.</exception>
    public abstract DetectorLoss ComputeLoss(Tensor images, TargetBatch targets);

    /// <summary>
    /// Forward pass, decode, threshold and class-wise NMS, without gradients. The mode (train or eval) is left as it is: call
    /// <c>eval()</c> first, or batch norm uses batch statistics.
    /// </summary>
    /// <returns>One set per image of the batch, in order.</returns>
    /// <exception cref="Core.InvalidInputException">The image tensor's shape cannot be used.</exception>
    public abstract IReadOnlyList<DetectionSet> Predict(Tensor images, PredictOptions options);

    /// <summary>Every trainable parameter exactly once, grouped by how the optimizer must treat it; order is stable.</summary>
    /// <param name="weightDecay">Decay of convolution and linear weights; norms and biases get 0.</param>
    public virtual IReadOnlyList<ParameterGroup> ParameterGroups(double weightDecay)
    {
        ILookup<ParameterKind, Parameter> byKind = named_parameters().ToLookup(p => KindOf(p.name, p.parameter), p => p.parameter);
        return [.. Enum.GetValues<ParameterKind>().Select(kind =>
            new ParameterGroup(kind, [.. byKind[kind]], kind == ParameterKind.Weight ? weightDecay : 0))];
    }

    // Convolution and linear weights have at least two axes; a vector that is no bias scales a norm.
    private static ParameterKind KindOf(string name, Parameter parameter) =>
        name == "bias" || name.EndsWith(".bias", StringComparison.Ordinal) ? ParameterKind.Bias
        : parameter.dim() < 2 ? ParameterKind.Norm
        : ParameterKind.Weight;
}
