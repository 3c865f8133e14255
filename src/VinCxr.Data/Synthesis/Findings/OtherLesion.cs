using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A ring: a cavity with a bright wall and a dark inside.</summary>
internal sealed class OtherLesion : IPhantomFinding
{
    public int ClassId => 9;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radius = random.Range(0.15, 0.2);
        if (scene.FindPlace(radius, radius, 0.15, 0.7) is not var (lung, center))
        {
            return null;
        }

        Vector2[] wall = Curves.Patch(random, center, radius, radius * random.Range(0.9, 1.1), 0.03f);
        Vector2[] hollow = [.. wall.Select(p => center + (0.72f * (p - center)))];
        Layer outside = scene.Canvas.Fill(wall, 0.008f).Times(scene.MaskOf(lung));
        scene.Image.Blend(outside, 0.72f, 0.9f);
        scene.Image.Blend(scene.Canvas.Fill(hollow, 0.008f).Times(scene.MaskOf(lung)), 0.1f, 0.95f);
        return outside.Bounds(0.4f);
    }
}
