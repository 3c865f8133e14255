using TorchSharp.Modules;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Loop;
using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Loop;

public sealed class OptimizerTests
{
    private const double Lr = 0.05;
    private const double Decay = 0.01;

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamw")]
    public void Updates_equal_those_of_TorchSharp(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = manual_seed(3);
        Tensor start = randn(7, 5);
        Parameter ours = new(start.clone()), theirs = new(start.clone());
        using IOptimizer optimizer = Optimizers.Create(
            new TrainSpec { Optimizer = name, Momentum = 0.9 }, [new ParameterGroup(ParameterKind.Weight, [ours], Decay)]);
        using optim.Optimizer reference = name switch
        {
            "sgd" => optim.SGD([theirs], Lr, momentum: 0.9, weight_decay: Decay, nesterov: true),
            "adam" => optim.Adam([theirs], Lr, beta1: 0.9, weight_decay: Decay),
            _ => optim.AdamW([theirs], Lr, beta1: 0.9, weight_decay: Decay),
        };
        for (int step = 1; step <= 20; step++)
        {
            Tensor input = randn(3, 7);
            optimizer.ZeroGradients();
            reference.zero_grad();
            input.matmul(ours).sin().sum().backward();
            input.matmul(theirs).sin().sum().backward();
            optimizer.Step(Lr, step);
            reference.step();

            // Float32 rounding of a different order of operations.
            Assert.True(ours.allclose(theirs, rtol: 1e-5, atol: 1e-6), $"step {step}");
        }
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<InvalidInputException>(() => Optimizers.Create(new TrainSpec { Optimizer = "lion" }, []));
        Assert.Contains("'lion'", error.Message, StringComparison.Ordinal);
        Assert.Contains("adamw", error.Message, StringComparison.Ordinal);
    }
}
