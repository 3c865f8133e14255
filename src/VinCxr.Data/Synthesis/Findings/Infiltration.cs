using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>Many small soft spots that run together.</summary>
internal sealed class Infiltration : IPhantomFinding
{
    public int ClassId => 6;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radiusX = random.Range(0.21, 0.27), radiusY = random.Range(0.22, 0.32);
        if (scene.FindPlace(radiusX, radiusY, 0.22, 0.7) is not var (lung, center))
        {
            return null;
        }

        Layer spots = scene.Canvas.Empty();
        int count = random.Next(18, 26);
        for (int i = 0; i < count; i++)
        {
            // Sunflower order spreads them evenly, with some disorder.
            float distance = MathF.Sqrt((i + 0.5f) / count), radius = random.Range(0.03, 0.048);
            (float sin, float cos) = MathF.SinCos((2.39996f * i) + random.Range(-0.3, 0.3));
            Vector2 at = center + (distance * 0.88f * new Vector2(cos * radiusX, sin * radiusY));
            spots.Add(scene.Canvas.Fill(Curves.Ellipse(at, radius, radius), 0.016f), random.Range(0.7, 1));
        }

        spots.Times(scene.MaskOf(lung));
        scene.Image.Add(spots, 0.3f);
        return spots.Bounds(0.25f);
    }
}
