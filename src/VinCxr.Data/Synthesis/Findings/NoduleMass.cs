using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A round, dense disc with a sharp border.</summary>
internal sealed class NoduleMass : IPhantomFinding
{
    public int ClassId => 8;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radius = random.Range(0.11, 0.17);
        if (scene.FindPlace(radius, radius, 0.15) is not var (lung, center))
        {
            return null;
        }

        Layer mask = scene.Canvas.Fill(Curves.Patch(random, center, radius, radius * random.Range(0.9, 1.1), 0.03f), 0.012f).Times(scene.MaskOf(lung));
        scene.Image.Blend(mask, 0.74f, 0.93f);
        return mask.Bounds(0.4f);
    }
}
