using TorchSharp.Modules;
using VinCxr.Training.Models;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>Adam (Kingma, Ba 2015), with L2 weight decay or with decoupled decay (AdamW; Loshchilov, Hutter 2019). Beta2 0.999, epsilon 1e-8.</summary>
public sealed class AdamOptimizer : IOptimizer
{
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly List<(Parameter Parameter, Tensor First, Tensor Second, double WeightDecay)> _slots = [];
    private readonly double _beta1;
    private readonly bool _decoupled;

    public AdamOptimizer(IReadOnlyList<ParameterGroup> groups, double beta1, bool decoupled)
    {
        _beta1 = beta1;
        _decoupled = decoupled;
        foreach (ParameterGroup group in groups)
        {
            _slots.AddRange(group.Parameters.Select(p => (p, Zeros(p), Zeros(p), group.WeightDecay)));
        }
    }

    public IReadOnlyList<(string Name, Tensor Value)> State =>
        [.. _slots.SelectMany((s, i) => new[] { ($"first.{i}", s.First), ($"second.{i}", s.Second) })];

    public void Step(double learningRate, long step)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        double firstCorrection = 1 - Math.Pow(_beta1, step), secondCorrection = Math.Sqrt(1 - Math.Pow(Beta2, step));
        foreach ((Parameter parameter, Tensor first, Tensor second, double weightDecay) in _slots)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            if (weightDecay != 0 && _decoupled)
            {
                parameter.mul_(Scalars.Of(1 - learningRate * weightDecay));
            }
            else if (weightDecay != 0)
            {
                gradient = gradient.add(parameter, Scalars.Of(weightDecay));
            }

            first.mul_(Scalars.Of(_beta1)).add_(gradient, Scalars.Of(1 - _beta1));
            second.mul_(Scalars.Of(Beta2)).addcmul_(gradient, gradient, Scalars.Of(1 - Beta2));
            Tensor scale = second.sqrt().div_(Scalars.Of(secondCorrection)).PlusInPlace(Epsilon);
            parameter.addcdiv_(first, scale, Scalars.Of(-learningRate / firstCorrection));
        }
    }

    public void ZeroGradients()
    {
        foreach ((Parameter parameter, _, _, _) in _slots)
        {
            using Tensor? gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    public void Dispose() => _slots.ForEach(s =>
    {
        s.First.Dispose();
        s.Second.Dispose();
    });

    private static Tensor Zeros(Parameter parameter) => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
}
