using TorchSharp.Modules;

namespace VinCxr.Training.Models;

public enum ParameterKind
{
    /// <summary>Convolution and linear weights: the only ones with weight decay.</summary>
    Weight,

    /// <summary>Scale of normalisation layers.</summary>
    Norm,

    /// <summary>Every bias. YOLOv5's warm-up lets their learning rate fall (from 0.1) while the others' rises from 0.</summary>
    Bias,
}

public sealed record ParameterGroup(ParameterKind Kind, IReadOnlyList<Parameter> Parameters, double WeightDecay);
