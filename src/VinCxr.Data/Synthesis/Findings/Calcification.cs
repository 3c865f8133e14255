using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A group of small, very bright specks.</summary>
internal sealed class Calcification : IPhantomFinding
{
    public int ClassId => 2;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radius = random.Range(0.12, 0.16);
        if (scene.FindPlace(radius, radius, 0.15) is not var (_, center))
        {
            return null;
        }

        Layer specks = scene.Canvas.Empty();
        int count = random.Next(9, 14);
        for (int i = 0; i < count; i++)
        {
            (float sin, float cos) = MathF.SinCos((i + random.Range(0, 0.5)) * MathF.Tau / count);
            Vector2 at = center + (radius * random.Range(0.3, 1) * new Vector2(cos, sin));
            specks.Add(scene.Canvas.Fill(Curves.Patch(random, at, random.Range(0.014, 0.026), random.Range(0.014, 0.026), 0.2f), 0.004f), 1);
        }

        scene.Image.Blend(specks, 0.97f, 0.95f);
        return specks.Bounds(0.35f);
    }
}
