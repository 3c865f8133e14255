using System.Numerics;

namespace VinCxr.Data.Synthesis.Drawing;

/// <summary>Smooth curves through points (Catmull-Rom) and the closed shapes made of them.</summary>
internal static class Curves
{
    private const int StepsPerSegment = 10;

    public static Vector2[] Open(params ReadOnlySpan<Vector2> points)
    {
        var curve = new List<Vector2>(((points.Length - 1) * StepsPerSegment) + 1);
        for (int i = 0; i + 1 < points.Length; i++)
        {
            Segment(curve, points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(points.Length - 1, i + 2)]);
        }

        curve.Add(points[^1]);
        return [.. curve];
    }

    public static Vector2[] Closed(params ReadOnlySpan<Vector2> points)
    {
        int n = points.Length;
        var curve = new List<Vector2>(n * StepsPerSegment);
        for (int i = 0; i < n; i++)
        {
            Segment(curve, points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]);
        }

        return [.. curve];
    }

    public static Vector2[] Ellipse(Vector2 center, float radiusX, float radiusY, float tilt = 0)
    {
        var points = new Vector2[48];
        (float sinTilt, float cosTilt) = MathF.SinCos(tilt);
        for (int i = 0; i < points.Length; i++)
        {
            (float sin, float cos) = MathF.SinCos(MathF.Tau * i / points.Length);
            points[i] = center + new Vector2(
                (cosTilt * cos * radiusX) - (sinTilt * sin * radiusY), (sinTilt * cos * radiusX) + (cosTilt * sin * radiusY));
        }

        return points;
    }

    /// <summary>An ellipse with a wavy border.</summary>
    /// <param name="unevenness">Standard deviation of the radius, relative.</param>
    public static Vector2[] Patch(Random random, Vector2 center, float radiusX, float radiusY, float unevenness)
    {
        Vector2[] points = new Vector2[14];
        for (int i = 0; i < points.Length; i++)
        {
            (float sin, float cos) = MathF.SinCos(MathF.Tau * i / points.Length);
            float radius = Math.Clamp(1 + (unevenness * (float)random.Normal()), 0.6f, 1.3f);
            points[i] = center + (radius * new Vector2(cos * radiusX, sin * radiusY));
        }

        return Closed(points);
    }

    private static void Segment(List<Vector2> curve, Vector2 before, Vector2 from, Vector2 to, Vector2 after)
    {
        for (int step = 0; step < StepsPerSegment; step++)
        {
            float t = step / (float)StepsPerSegment;
            curve.Add(0.5f * ((2 * from) + ((to - before) * t) + (((2 * before) - (5 * from) + (4 * to) - after) * (t * t))
                + (((3 * (from - to)) + after - before) * (t * t * t))));
        }
    }
}
