using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>Air spaces filled: a dense, uneven patch through which dark bronchi run.</summary>
internal sealed class Consolidation : IPhantomFinding
{
    public int ClassId => 4;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radiusX = random.Range(0.19, 0.25), radiusY = random.Range(0.2, 0.28);
        if (scene.FindPlace(radiusX, radiusY, 0.25, 0.72) is not var (lung, center))
        {
            return null;
        }

        Layer mask = scene.Canvas.Fill(Curves.Patch(random, center, radiusX, radiusY, 0.17f), 0.024f).Times(scene.MaskOf(lung));
        var bronchi = new List<Stroke>();
        for (int i = -1; i <= 1; i++)
        {
            Vector2 from = center + new Vector2(-lung.Side * 0.8f * radiusX, i * 0.25f * radiusY);
            Vector2 to = center + new Vector2(lung.Side * 0.65f * radiusX, i * 0.7f * radiusY);
            bronchi.Add(new Stroke(Curves.Open(from, (0.5f * (from + to)) + (0.06f * random.InDisc()), to + (0.05f * random.InDisc())), 0.026f, random.Range(0.6, 1)));
        }

        scene.Image.Blend(mask, 0.72f, 0.92f);
        scene.Image.Add(scene.Canvas.Cloud(random, 0.05f).Times(mask), 0.025f);
        scene.Image.Add(scene.Canvas.Lines(bronchi, 0.007f).Times(mask), -0.2f);
        return mask.Bounds(0.4f);
    }
}
