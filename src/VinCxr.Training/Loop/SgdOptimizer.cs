using TorchSharp.Modules;
using VinCxr.Training.Models;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>Stochastic gradient descent with Nesterov momentum (Sutskever et al. 2013, in PyTorch's form) and L2 weight decay.</summary>
public sealed class SgdOptimizer : IOptimizer
{
    private readonly List<(Parameter Parameter, Tensor Momentum, double WeightDecay)> _slots = [];
    private readonly double _momentum;

    public SgdOptimizer(IReadOnlyList<ParameterGroup> groups, double momentum)
    {
        _momentum = momentum;
        foreach (ParameterGroup group in groups)
        {
            _slots.AddRange(group.Parameters.Select(p => (p, zeros_like(p, requires_grad: false).DetachFromDisposeScope(), group.WeightDecay)));
        }
    }

    public IReadOnlyList<(string Name, Tensor Value)> State => [.. _slots.Select((s, i) => ($"momentum.{i}", s.Momentum))];

    public void Step(double learningRate, long step)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Parameter parameter, Tensor momentum, double weightDecay) in _slots)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            Tensor direction = weightDecay == 0 ? gradient : gradient.add(parameter, Scalars.Of(weightDecay));
            momentum.mul_(Scalars.Of(_momentum)).PlusInPlace(direction);
            parameter.add_(direction.add(momentum, Scalars.Of(_momentum)), Scalars.Of(-learningRate));
        }
    }

    public void ZeroGradients()
    {
        foreach ((Parameter parameter, _, _) in _slots)
        {
            using Tensor? gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    public void Dispose() => _slots.ForEach(s => s.Momentum.Dispose());
}
