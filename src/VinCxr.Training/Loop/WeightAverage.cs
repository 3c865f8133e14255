using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>
/// Exponential moving average of weights and buffers, the model that is evaluated and stored. The decay ramps up as
/// <c>decay * (1 - exp(-step / tau))</c> (YOLOv5), with tau a fifth of the run and at most 2000 steps, so that even a run of a few
/// hundred steps forgets its random start.
/// </summary>
/// <param name="average">A second model of the same architecture; overwritten.</param>
public sealed class WeightAverage(Detector live, Detector average, double decay, long totalSteps)
{
    private readonly double _tau = Math.Clamp(totalSteps / 5.0, 1, 2000);
    private readonly (Tensor Average, Tensor Live)[] _pairs = Pair(live, average);

    public Detector Average => average;

    /// <summary>Starts over from the live weights.</summary>
    public void Reset()
    {
        using var noGradients = no_grad();
        foreach ((Tensor to, Tensor from) in _pairs)
        {
            to.copy_(from);
        }
    }

    /// <param name="step">1-based optimizer step just done.</param>
    public void Update(long step)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Tensor weight = tensor((float)(1 - decay * (1 - Math.Exp(-step / _tau))), device: _pairs[0].Live.device);
        foreach ((Tensor to, Tensor from) in _pairs)
        {
            if (to.is_floating_point())
            {
                to.lerp_(from, weight);
            }
            else
            {
                to.copy_(from);
            }
        }
    }

    private static (Tensor Average, Tensor Live)[] Pair(Detector live, Detector average)
    {
        Dictionary<string, Tensor> from = ModuleState.Of(live).ToDictionary(t => t.Name, t => t.Value);
        return [.. ModuleState.Of(average).Select(t => (t.Value, from[t.Name]))];
    }
}
