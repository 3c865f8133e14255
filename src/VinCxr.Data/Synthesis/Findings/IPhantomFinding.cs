using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>One kind of abnormality: how it changes the anatomy, how it looks and where it lies.</summary>
internal interface IPhantomFinding
{
    /// <summary>Id in <see cref="Core.Annotations.ClassList.VinBigData"/>.</summary>
    int ClassId { get; }

    /// <summary>True when it is a change of an organ's outline: it comes once, is painted first and always finds its place.</summary>
    bool IsOrgan => false;

    /// <summary>Changes outlines before anything is painted.</summary>
    void Shape(Thorax thorax, Random random)
    {
    }

    /// <summary>Paints between soft tissue and bones.</summary>
    /// <returns>Its box in pixels, or null when no free place was found.</returns>
    Box? Paint(PhantomScene scene);
}
