using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>One random change of a sample, pixels and boxes together.</summary>
public interface IAugmentation
{
    /// <param name="sample">Consumed: either changed and returned, or disposed.</param>
    /// <param name="random">The sample's own generator.</param>
    /// <param name="drawOther">Another random training image, scaled but not padded; the caller disposes it.</param>
    /// <returns>The changed sample, whose boxes lie within it.</returns>
    Sample Apply(Sample sample, Random random, Func<Sample> drawOther);
}
