using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A heart wider than half the thorax.</summary>
internal sealed class Cardiomegaly : IPhantomFinding
{
    public int ClassId => 3;

    public bool IsOrgan => true;

    public void Shape(Thorax thorax, Random random) => thorax.HeartWidth = random.Range(1.12, 1.32);

    public Box? Paint(PhantomScene scene) => scene.Take(scene.BoundsOf(scene.Thorax.Heart()));
}
