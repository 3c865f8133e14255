using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Models;

namespace VinCxr.Training.Loop;

public static class Optimizers
{
    /// <summary>The optimizer of a sweep file's name; <see cref="TrainSpec.Momentum"/> is the first beta of the Adam family.</summary>
    /// <exception cref="InvalidInputException">Unknown name.</exception>
    public static IOptimizer Create(TrainSpec train, IReadOnlyList<ParameterGroup> groups) => train.Optimizer switch
    {
        "sgd" => new SgdOptimizer(groups, train.Momentum),
        "adam" => new AdamOptimizer(groups, train.Momentum, decoupled: false),
        "adamw" => new AdamOptimizer(groups, train.Momentum, decoupled: true),
        _ => throw new InvalidInputException($"train.optimizer: '{train.Optimizer}' is unknown; allowed: sgd, adam, adamw"),
    };
}
