using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A dense band along the lung's upper or side border.</summary>
internal sealed class PleuralThickening : IPhantomFinding
{
    public int ClassId => 11;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        bool cap = random.Chance(0.5);
        foreach (Lung lung in scene.LungsInAnyOrder())
        {
            float from = cap ? 0.02f : random.Range(0.28, 0.4);
            float to = cap ? random.Range(0.14, 0.18) : from + random.Range(0.2, 0.26);
            Vector2[] border = cap
                ? Curves.Open(lung.At(0.1f, 0.1f), lung.At(0.3f, from), lung.At(0.7f, from), lung.At(1, to / 2), lung.At(1, to))
                : Curves.Open(lung.At(1, from), lung.At(1, (from + to) / 2), lung.At(1, to));
            // Half of the stroke lies outside the lung.
            Layer mask = scene.Canvas.Lines([new Stroke(border, random.Range(0.24, 0.32))], 0.012f).Times(scene.MaskOf(lung));
            if (mask.Bounds(0.4f) is { } box && scene.Reserve(box))
            {
                // Twice, so that no dark rim of the soft-edged lung stays outside of the band.
                scene.Image.Blend(mask, 0.68f, 0.85f);
                scene.Image.Blend(mask, 0.68f, 0.85f);
                return box;
            }
        }

        return null;
    }
}
