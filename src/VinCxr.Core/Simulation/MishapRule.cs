namespace VinCxr.Core.Simulation;

/// <summary>One thing that goes wrong, in every attempt that all of its conditions fit.</summary>
public sealed record MishapRule
{
    public required MishapKind Kind { get; init; }

    /// <summary>Only this variant, for example <c>v3</c>; null for all.</summary>
    public string? Variant { get; init; }

    /// <summary>Only this fold, 0-based; null for all.</summary>
    public int? Fold { get; init; }

    /// <summary>Only this attempt, 1-based; null for all.</summary>
    public int? Attempt { get; init; }

    /// <summary>
    /// While this epoch trains, 1-based; an attempt that does not train it is spared. Null is an epoch of the attempt drawn at random, the first one for
    /// <see cref="MishapKind.Oom"/>.
    /// </summary>
    public int? Epoch { get; init; }

    /// <summary>Share of the attempts that fit which it happens to, in (0, 1].</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Exit code of a crash, 1 to 255; null with <see cref="Signal"/>.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Number of the signal that a crash dies of, 1 to 64: 11 is a segmentation fault, 9 a kill.</summary>
    public int? Signal { get; init; }

    /// <summary>Out of memory only with more images per step than this, after halving.</summary>
    public int? BatchAbove { get; init; }

    /// <summary>A loss that is not finite only with a learning rate above this, after lowering.</summary>
    public double? LrAbove { get; init; }

    /// <summary>Times that everything takes longer from there on.</summary>
    public double Factor { get; init; } = 4;

    /// <summary>What the trainer logs.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}

public enum MishapKind
{
    /// <summary>The process ends without a word.</summary>
    Crash,

    /// <summary>Out of memory.</summary>
    Oom,

    /// <summary>The loss is not finite.</summary>
    Nan,

    /// <summary>Silence for ever.</summary>
    Hang,

    /// <summary>Everything takes longer.</summary>
    Slow,

    /// <summary>Log lines; training goes on.</summary>
    Log,
}
