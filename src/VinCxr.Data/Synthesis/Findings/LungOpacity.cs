using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A large, even, soft-edged shadow.</summary>
internal sealed class LungOpacity : IPhantomFinding
{
    public int ClassId => 7;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radiusX = random.Range(0.24, 0.3), radiusY = random.Range(0.26, 0.36);
        if (scene.FindPlace(radiusX, radiusY, 0.25, 0.68) is not var (lung, center))
        {
            return null;
        }

        Layer mask = scene.Canvas.Fill(Curves.Ellipse(center, radiusX, radiusY, random.Range(-0.3, 0.3)), 0.05f).Times(scene.MaskOf(lung));
        scene.Image.Blend(mask, 0.56f, 0.8f);
        return mask.Bounds(0.35f);
    }
}
