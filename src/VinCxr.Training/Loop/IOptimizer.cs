using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>
/// Updates parameters in place from their gradients. Own implementations, because TorchSharp's keep moments that cannot be written to and
/// read from a checkpoint bit by bit; the tests hold them equal to TorchSharp's.
/// </summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Moments by name, live: writing into the tensors restores the optimizer. Zero before the first step.</summary>
    IReadOnlyList<(string Name, Tensor Value)> State { get; }

    /// <summary>One update; parameters without a gradient are left alone.</summary>
    /// <param name="step">1-based number of this update since the start of the run.</param>
    void Step(double learningRate, long step);

    void ZeroGradients();
}
