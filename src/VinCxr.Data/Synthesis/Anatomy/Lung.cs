using System.Numerics;

namespace VinCxr.Data.Synthesis.Anatomy;

/// <summary>One lung's outline and a coordinate system on it.</summary>
/// <param name="Side">-1 for the patient's right lung (the image's left), +1 for the left.</param>
/// <param name="Contour">Closed, in body units.</param>
internal sealed record Lung(int Side, Vector2[] Contour)
{
    public float Top { get; } = Contour.Min(p => p.Y);

    public float Bottom { get; } = Contour.Max(p => p.Y);

    /// <summary>The root, where vessels and bronchi enter.</summary>
    public Vector2 Hilum => new(Side * 0.24f, 0.02f);

    /// <summary>Point of the lung.</summary>
    /// <param name="across">0 at the mediastinum, 1 at the chest wall.</param>
    /// <param name="down">0 at the apex, 1 at the lowest point.</param>
    public Vector2 At(float across, float down)
    {
        float y = Top + (Math.Clamp(down, 0.01f, 0.99f) * (Bottom - Top));
        (float inner, float outer) = Extent(y);
        return new Vector2(inner + (across * (outer - inner)), y);
    }

    /// <summary>Medial and lateral border at a height, by crossing the contour.</summary>
    private (float Inner, float Outer) Extent(float y)
    {
        float low = float.MaxValue, high = float.MinValue;
        for (int i = 0; i < Contour.Length; i++)
        {
            Vector2 a = Contour[i], b = Contour[(i + 1) % Contour.Length];
            if ((a.Y <= y) != (b.Y <= y))
            {
                float x = a.X + ((y - a.Y) / (b.Y - a.Y) * (b.X - a.X));
                low = Math.Min(low, x);
                high = Math.Max(high, x);
            }
        }

        return Side > 0 ? (low, high) : (high, low);
    }
}
