using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>Coarse straight scars that fan out from the lung root.</summary>
internal sealed class PulmonaryFibrosis : IPhantomFinding
{
    public int ClassId => 13;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        foreach (Lung lung in scene.LungsInAnyOrder())
        {
            bool apical = random.Chance(0.5);
            Vector2 start = lung.At(apical ? 0.3f : 0.35f, apical ? 0.34f : 0.55f);
            float angle = apical ? random.Range(-1.3, -1.0) : random.Range(0.75, 0.95);
            var streaks = new List<Stroke>();
            for (int i = 0; i < 9; i++)
            {
                float turn = angle + (0.13f * (i - 4)) + random.Range(-0.05, 0.05);
                Vector2 direction = new(lung.Side * MathF.Cos(turn), MathF.Sin(turn));
                Vector2 from = start + (random.Range(0.02, 0.12) * direction) + (0.06f * random.InDisc());
                streaks.Add(new Stroke([from, from + (random.Range(0.36, 0.5) * direction)], random.Range(0.016, 0.032), random.Range(0.7, 1)));
            }

            Layer mask = scene.Canvas.Lines(streaks, 0.006f).Times(scene.MaskOf(lung));
            if (mask.Bounds(0.3f) is { } box && scene.Reserve(box))
            {
                scene.Image.Add(mask, 0.3f);
                return box;
            }
        }

        return null;
    }
}
