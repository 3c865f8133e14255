using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Findings;

/// <summary>The picture while findings are painted, and the places that are taken.</summary>
internal sealed class PhantomScene(Canvas canvas, Thorax thorax, ThoraxPainter painter, Random random)
{
    private const int Attempts = 16;
    private const double AllowedCover = 0.2;

    private readonly List<Box> _taken = [];

    public Canvas Canvas { get; } = canvas;

    public Thorax Thorax { get; } = thorax;

    public Random Random { get; } = random;

    public Layer Image => painter.Image;

    public Layer LungMask => painter.LungMask;

    public Layer MaskOf(Lung lung) => lung.Side < 0 ? painter.RightMask : painter.LeftMask;

    /// <summary>A lung at random.</summary>
    public Lung AnyLung() => Thorax.Lungs[Random.Next(2)];

    /// <summary>Both lungs in random order, for findings that settle for the other side when one is taken.</summary>
    public IReadOnlyList<Lung> LungsInAnyOrder() => Random.Chance(0.5) ? [Thorax.Left, Thorax.Right] : Thorax.Lungs;

    /// <summary>Looks for a free place in the lungs and reserves it.</summary>
    /// <param name="radiusX">Half extents of what will be painted, body units.</param>
    /// <param name="highest">Range of heights of the centre, 0 apex to 1 base.</param>
    public (Lung Lung, Vector2 Center)? FindPlace(float radiusX, float radiusY, double highest = 0.2, double lowest = 0.75)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Lung lung = AnyLung();
            float down = Random.Range(highest, lowest);
            // The heart hides the left lung's lower inner half.
            float across = lung.Side > 0 && down > 0.45 ? Random.Range(0.58, 0.75) : Random.Range(0.35, 0.7);
            Vector2 center = lung.At(across, down);
            if (Reserve(BoundsOf([center - new Vector2(radiusX, radiusY), center + new Vector2(radiusX, radiusY)])))
            {
                return (lung, center);
            }
        }

        return null;
    }

    /// <summary>Takes a place unless it covers another by more than a fifth of the smaller one.</summary>
    public bool Reserve(Box box)
    {
        foreach (Box other in _taken)
        {
            double width = Math.Min(box.XMax, other.XMax) - Math.Max(box.XMin, other.XMin);
            double height = Math.Min(box.YMax, other.YMax) - Math.Max(box.YMin, other.YMin);
            if (width > 0 && height > 0 && width * height > AllowedCover * Math.Min(box.Area, other.Area))
            {
                return false;
            }
        }

        Take(box);
        return true;
    }

    /// <summary>Marks a place as taken, whatever lies there.</summary>
    public Box Take(Box box)
    {
        _taken.Add(box);
        return box;
    }

    /// <summary>Pixel box around body points.</summary>
    public Box BoundsOf(IEnumerable<Vector2> points)
    {
        double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
        foreach (Vector2 point in points)
        {
            Vector2 pixel = Canvas.Pose.ToPixels(point);
            left = Math.Min(left, pixel.X);
            right = Math.Max(right, pixel.X);
            top = Math.Min(top, pixel.Y);
            bottom = Math.Max(bottom, pixel.Y);
        }

        return new Box(left, top, right, bottom);
    }
}
