namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>none</c>: levels as the window gives them.</summary>
internal sealed class NoTransform : IImageTransform
{
    public string Name => "none";
}
