using System.Numerics;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Anatomy;

/// <summary>Outlines of one patient's chest in body units, drawn at random around a frontal (PA) view.</summary>
internal sealed class Thorax
{
    public Thorax(Random random)
    {
        Female = random.Chance(0.47);
        Breadth = random.Range(0.94, 1.04);
        RightDome = random.Range(0.56, 0.72);
        LeftDome = RightDome + random.Range(0.05, 0.14);
        HeartWidth = random.Range(0.72, 0.86);
        KnobRadius = random.Range(0.105, 0.13);
        RibSlope = random.Range(0.85, 1.15);
        Right = new Lung(-1, RightContour());
        Left = new Lung(1, LeftContour());
    }

    public bool Female { get; }

    /// <summary>Lateral stretch of the rib cage, about 1.</summary>
    public float Breadth { get; }

    /// <summary>Height of the diaphragm's right dome (y).</summary>
    public float RightDome { get; }

    /// <summary>Height of the diaphragm's left dome (y), lower than the right.</summary>
    public float LeftDome { get; }

    /// <summary>Widest extent of the heart; the thorax is about 1.9 wide, so 0.95 is a cardiothoracic ratio of one half.</summary>
    public float HeartWidth { get; set; }

    /// <summary>Radius of the aortic knob.</summary>
    public float KnobRadius { get; set; }

    public float RibSlope { get; }

    public Lung Right { get; }

    public Lung Left { get; }

    public IReadOnlyList<Lung> Lungs => [Right, Left];

    /// <summary>The heart's outline: a rounded right border, a left border that bulges to the apex.</summary>
    public Vector2[] Heart()
    {
        // The heart rests on the diaphragm and grows upwards and to the left.
        float w = HeartWidth, h = 0.33f + (0.26f * w), floor = LeftDome + 0.1f, y = floor - (0.95f * h);
        return Curves.Closed(
            new(0.02f, y - h), new(-0.16f * w, y - (0.62f * h)), new(-0.30f * w, y), new(-0.28f * w, y + (0.45f * h)), new(-0.15f * w, floor),
            new(0.25f * w, floor + 0.02f), new(0.58f * w, floor - 0.01f), new(0.71f * w, y + (0.45f * h)), new(0.62f * w, y), new(0.42f * w, y - (0.45f * h)),
            new(0.22f * w, y - (0.85f * h)));
    }

    /// <summary>The aortic knob, left of the spine at the level of the fourth vertebra.</summary>
    public Vector2[] Knob() => Curves.Ellipse(new Vector2(0.13f + (0.55f * KnobRadius), -0.47f + (0.3f * KnobRadius)), KnobRadius, 1.1f * KnobRadius);

    private Vector2[] RightContour()
    {
        float b = Breadth, d = RightDome;
        return Curves.Closed(
            new(-0.43f * b, -1.0f), new(-0.26f, -0.88f), new(-0.17f, -0.5f), new(-0.16f, 0f), new(-0.19f, 0.4f), new(-0.24f, d + 0.07f),
            new(-0.48f * b, d), new(-0.72f * b, d + 0.08f), new(-0.90f * b, d + 0.25f), new(-0.965f * b, d + 0.33f), new(-0.975f * b, d + 0.12f),
            new(-0.95f * b, 0.2f), new(-0.88f * b, -0.3f), new(-0.74f * b, -0.74f), new(-0.60f * b, -0.93f));
    }

    private Vector2[] LeftContour()
    {
        float b = Breadth, d = LeftDome;
        return Curves.Closed(
            new(0.43f * b, -1.0f), new(0.26f, -0.88f), new(0.17f, -0.5f), new(0.16f, 0f), new(0.2f, 0.4f), new(0.26f, d + 0.05f),
            new(0.52f * b, d), new(0.75f * b, d + 0.08f), new(0.91f * b, d + 0.22f), new(0.97f * b, d + 0.29f), new(0.98f * b, d + 0.08f),
            new(0.955f * b, 0.2f), new(0.88f * b, -0.3f), new(0.74f * b, -0.74f), new(0.60f * b, -0.93f));
    }
}
