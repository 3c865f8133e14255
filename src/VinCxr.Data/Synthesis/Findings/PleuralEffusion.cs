using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>Fluid at the lung base: dense, with a surface that climbs the chest wall.</summary>
internal sealed class PleuralEffusion : IPhantomFinding
{
    public int ClassId => 10;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        foreach (Lung lung in scene.LungsInAnyOrder())
        {
            float wall = random.Range(0.55, 0.72), depth = random.Range(0.1, 0.16);
            Vector2 outer = lung.At(1.05f, wall), middle = lung.At(0.62f, wall + depth), inner = lung.At(0.3f, wall + depth + 0.02f);
            Vector2[] surface = Curves.Open(outer, (0.5f * (outer + middle)) + new Vector2(-lung.Side * 0.03f, 0.07f), middle, inner);
            Vector2[] fluid = [.. surface, new(inner.X, lung.Bottom + 0.1f), new(outer.X, lung.Bottom + 0.1f)];
            Layer mask = scene.Canvas.Fill(fluid, 0.016f).Times(scene.MaskOf(lung));
            if (mask.Bounds(0.4f) is { } box && scene.Reserve(box))
            {
                // Twice, so that no dark rim of the soft-edged lung stays around the fluid.
                scene.Image.Blend(mask, 0.71f, 0.9f);
                scene.Image.Blend(mask, 0.71f, 0.9f);
                return box;
            }
        }

        return null;
    }
}
