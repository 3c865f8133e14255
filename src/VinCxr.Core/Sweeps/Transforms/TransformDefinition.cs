namespace VinCxr.Core.Sweeps.Transforms;

/// <summary>What a step changes, which is also what it costs.</summary>
public enum TransformTarget
{
    /// <summary>The level of every stored value: one table, whatever the size of the image.</summary>
    Levels,

    /// <summary>Pixels in view of their neighbours, at the size of the stored image.</summary>
    Pixels,

    /// <summary>The part of the image that is shown; boxes move with it.</summary>
    Region,
}

/// <summary>A kind of step: its name, what it does and what it takes.</summary>
/// <param name="Effect">One sentence for people.</param>
/// <param name="Options">In the order in which bare numbers fill them.</param>
public sealed record TransformDefinition(string Name, TransformTarget Target, string Effect, IReadOnlyList<TransformOption> Options)
{
    /// <summary>As a chain may write it, with every option at its default: <c>clahe(clip=2, tiles=8, bins=4096)</c>.</summary>
    public string Usage => Options.Count == 0 ? Name : $"{Name}({string.Join(", ", Options.Select(o => $"{o.Name}={TransformStep.Text(o.Default)}"))})";
}
