using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A widened aortic knob beside the upper mediastinum.</summary>
internal sealed class AorticEnlargement : IPhantomFinding
{
    public int ClassId => 0;

    public bool IsOrgan => true;

    public void Shape(Thorax thorax, Random random) => thorax.KnobRadius *= random.Range(1.75, 2.1);

    public Box? Paint(PhantomScene scene) => scene.Take(scene.BoundsOf(scene.Thorax.Knob()));
}
