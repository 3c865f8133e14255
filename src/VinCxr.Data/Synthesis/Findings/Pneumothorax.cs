using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>Air between lung and chest wall: a black crescent without vessels, and the fine line of the lung's edge.</summary>
internal sealed class Pneumothorax : IPhantomFinding
{
    public int ClassId => 12;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        foreach (Lung lung in scene.LungsInAnyOrder())
        {
            float collapse = random.Range(0.62, 0.74), lowest = random.Range(0.1, 0.35);
            Vector2 anchor = lung.At(0f, 0.72f);
            Vector2[] edge = [.. lung.Contour.Select(p => anchor + (collapse * (p - anchor)))];
            Layer upper = scene.Canvas.Fill([new(-2, -3), new(2, -3), new(2, lowest), new(-2, lowest)], 0.03f).Times(scene.MaskOf(lung));
            Layer air = scene.Canvas.Empty().Add(upper, 1).Without(scene.Canvas.Fill(edge, 0.006f));
            if (air.Bounds(0.5f) is { } box && scene.Reserve(box))
            {
                scene.Image.Blend(air, 0.01f, 0.98f);
                scene.Image.Add(scene.Canvas.Lines([new Stroke([.. edge, edge[0]], 0.018f)], 0.006f).Times(upper), 0.3f);
                scene.Image.Add(scene.Canvas.Fill(edge, 0.02f).Times(scene.MaskOf(lung)), 0.08f);
                return box;
            }
        }

        return null;
    }
}
