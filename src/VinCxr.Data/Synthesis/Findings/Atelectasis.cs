using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A collapsed segment: a dense wedge with straight borders, its tip at the lung root.</summary>
internal sealed class Atelectasis : IPhantomFinding
{
    public int ClassId => 1;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        foreach (Lung lung in scene.LungsInAnyOrder())
        {
            float down = random.Range(0.3, 0.5), spread = random.Range(0.07, 0.11);
            Vector2[] wedge = [lung.At(0.12f, 0.48f), lung.At(0.93f, down - spread), lung.At(0.93f, down + spread)];
            if (!scene.Reserve(scene.BoundsOf(wedge)))
            {
                continue;
            }

            Layer mask = scene.Canvas.Fill(wedge, 0.014f).Times(scene.MaskOf(lung));
            scene.Image.Blend(mask, 0.64f, 0.88f);
            return mask.Bounds(0.5f);
        }

        return null;
    }
}
