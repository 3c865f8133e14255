using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>A net of fine lines over a large part of a lung.</summary>
internal sealed class InterstitialLungDisease : IPhantomFinding
{
    public int ClassId => 5;

    public Box? Paint(PhantomScene scene)
    {
        Random random = scene.Random;
        float radiusX = random.Range(0.25, 0.3), radiusY = random.Range(0.34, 0.46);
        if (scene.FindPlace(radiusX, radiusY, 0.4, 0.62) is not var (lung, center))
        {
            return null;
        }

        Layer region = scene.Canvas.Fill(Curves.Patch(random, center, radiusX, radiusY, 0.07f), 0.025f).Times(scene.MaskOf(lung));
        Layer net = scene.Canvas.Lines(Honeycomb(random, center, radiusX, radiusY), 0.006f).Times(region);
        scene.Image.Add(region, 0.05f);
        scene.Image.Add(net, 0.26f);
        return region.Bounds(0.4f);
    }

    /// <summary>Walls of a jittered hexagonal grid.</summary>
    private static List<Stroke> Honeycomb(Random random, Vector2 center, float radiusX, float radiusY)
    {
        const float Cell = 0.062f;
        var strokes = new List<Stroke>();
        int columns = (int)(radiusX / (Cell * 0.866f)) + 1, rows = (int)(radiusY / (Cell * 1.5f)) + 1;
        for (int row = -rows; row <= rows; row++)
        {
            for (int column = -columns; column <= columns; column++)
            {
                Vector2 at = center + new Vector2((column + (row % 2 * 0.5f)) * Cell * 1.732f, row * Cell * 1.5f) + (0.25f * Cell * random.InDisc());
                Vector2[] wall = Curves.Patch(random, at, Cell * random.Range(0.75, 1.05), Cell * random.Range(0.75, 1.05), 0.08f);
                strokes.Add(new Stroke([.. wall, wall[0]], 0.014f, random.Range(0.6, 1)));
            }
        }

        return strokes;
    }
}
