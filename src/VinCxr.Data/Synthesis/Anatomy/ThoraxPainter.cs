using System.Numerics;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis.Anatomy;

/// <summary>Paints a healthy chest as display brightness (0 air, 1 the densest) in two passes with room for findings between them.</summary>
internal sealed class ThoraxPainter
{
    private const int Ribs = 10;
    private const int RibsInFront = 7;

    private readonly Canvas _canvas;
    private readonly Thorax _thorax;
    private readonly Random _random;
    private readonly Layer _boneContrast;

    public ThoraxPainter(Canvas canvas, Thorax thorax, Random random)
    {
        (_canvas, _thorax, _random) = (canvas, thorax, random);
        RightMask = canvas.Fill(thorax.Right.Contour, 0.012f);
        LeftMask = canvas.Fill(thorax.Left.Contour, 0.012f);
        LungMask = canvas.Empty().Add(RightMask, 1).Add(LeftMask, 1);
        Image = canvas.Empty();
        _boneContrast = canvas.Empty();
    }

    /// <summary>The picture.</summary>
    public Layer Image { get; }

    public Layer RightMask { get; }

    public Layer LeftMask { get; }

    /// <summary>Both lungs; like the two above, what the heart and the aorta leave in view once soft tissue is painted.</summary>
    public Layer LungMask { get; }

    /// <summary>Body, lungs with their vessels, mediastinum and heart.</summary>
    public void PaintSoftTissue()
    {
        float b = _thorax.Breadth;
        Vector2[] half =
        [
            new(0.24f, -1.9f), new(0.26f, -1.35f), new(0.34f, -1.2f), new(0.75f, -1.1f), new(1.15f, -0.98f), new(1.45f, -0.6f), new(1.55f, 0f),
            new(1.25f, -0.05f), new(1.13f * b, 0.2f), new(1.12f * b, 0.7f), new(1.14f * b, 1.3f), new(1.16f * b, 2f),
        ];
        Vector2[] body = [.. Curves.Open(half), .. Curves.Open(half).Reverse().Select(p => new Vector2(-p.X, p.Y))];
        Layer inside = _canvas.Fill(body, 0.025f);
        Image.Blend(inside, 0.46f);
        Image.Blend(_canvas.Fill([new(-2, _thorax.LeftDome + 0.05f), new(2, _thorax.LeftDome + 0.05f), new(2, 3), new(-2, 3)], 0.14f).Times(inside), 0.74f);
        Image.Blend(_canvas.Fill(Curves.Ellipse(new(0, -1.1f), 0.9f, 0.25f), 0.13f).Times(inside), 0.58f, 0.8f);

        Image.Blend(LungMask, 0.15f, 0.94f);
        Layer haze = _canvas.Fill(Curves.Ellipse(new(0, 0.25f), 0.62f, 0.75f), 0.2f).Times(LungMask);
        Image.Add(haze, 0.13f);
        PaintVessels();
        Image.Add(_canvas.Cloud(_random, 0.12f).Times(LungMask), 0.007f);
        PaintMediastinum();
        if (_thorax.Female)
        {
            PaintBreasts();
        }

        if (_random.Chance(0.6))
        {
            Vector2 bubble = new(_random.Range(0.42, 0.58), _thorax.LeftDome + _random.Range(0.16, 0.24));
            Image.Add(_canvas.Fill(Curves.Patch(_random, bubble, _random.Range(0.12, 0.2), _random.Range(0.06, 0.1), 0.08f), 0.025f), -0.22f);
        }
    }

    /// <summary>Spine, ribs, shoulder blades and collar bones, added over everything that lies in the lungs.</summary>
    public void PaintBones()
    {
        PaintSpine();
        for (int i = 0; i < Image.Values.Length; i++)
        {
            _boneContrast.Values[i] = Math.Clamp(1.5f - (1.75f * Image.Values[i]), 0.25f, 1);
        }

        PaintRibs();
        PaintShoulders();
    }

    private void PaintMediastinum()
    {
        Vector2[] column = Curves.Closed(
            new(-0.15f, -1.5f), new(0.15f, -1.5f), new(0.17f, -0.95f), new(0.19f, -0.6f), new(0.2f, -0.2f), new(0.2f, 0.4f), new(0.22f, 1.4f),
            new(-0.22f, 1.4f), new(-0.2f, 0.4f), new(-0.19f, -0.2f), new(-0.2f, -0.6f), new(-0.17f, -0.95f));
        Layer lungBase = _canvas.Fill([new(-2, _thorax.LeftDome + 0.1f), new(2, _thorax.LeftDome + 0.1f), new(2, 3), new(-2, 3)], 0.1f);
        Image.Blend(_canvas.Fill(column, 0.03f).Without(lungBase), 0.62f, 0.9f);
        Layer heart = _canvas.Fill(_thorax.Heart(), 0.016f);
        Image.Blend(heart.Without(lungBase), 0.66f, 0.95f);
        Layer knob = _canvas.Fill(_thorax.Knob(), 0.018f);
        Image.Blend(knob, 0.66f, 0.9f);
        foreach (Layer lung in (ReadOnlySpan<Layer>)[RightMask, LeftMask, LungMask])
        {
            lung.Without(heart).Without(knob);
        }

        Vector2 arch = new(0.13f + (1.35f * _thorax.KnobRadius), -0.4f);
        Image.Blend(_canvas.Lines([new Stroke(Curves.Open(arch - new Vector2(0.07f, 0), new(0.17f, 0f), new(0.12f, 0.8f)), 0.1f)], 0.02f), 0.66f, 0.5f);

        float lean = _random.Range(-0.02, 0.03);
        Stroke[] airways =
        [
            new(Curves.Open(new(0, -1.4f), new(-0.01f, -0.8f), new(lean - 0.02f, -0.3f)), 0.095f),
            new(Curves.Open(new(lean - 0.02f, -0.3f), new(-0.12f, -0.14f), new(-0.22f, 0.02f)), 0.07f, 0.8f),
            new(Curves.Open(new(lean - 0.02f, -0.3f), new(0.12f, -0.17f), new(0.24f, -0.05f)), 0.06f, 0.8f),
        ];
        Image.Add(_canvas.Lines(airways, 0.02f), -0.11f);
    }

    private void PaintVessels()
    {
        var strokes = new List<Stroke>();
        foreach (Lung lung in _thorax.Lungs)
        {
            for (int i = 0; i < 13; i++)
            {
                float angle = _random.Range(-1.35, 1.25);
                Vector2 direction = new(lung.Side * MathF.Cos(angle), MathF.Sin(angle));
                Branch(strokes, lung.Hilum + (0.05f * _random.InDisc()), direction, _random.Range(0.3, 0.48), 0.038f, 3);
            }
        }

        Layer vessels = _canvas.Lines(strokes, 0.009f).Times(LungMask);
        Image.Add(vessels, 0.095f);
        foreach (Lung lung in _thorax.Lungs)
        {
            Vector2[] root = Curves.Patch(_random, lung.Hilum + new Vector2(0.03f * lung.Side, 0.02f), 0.11f, 0.2f, 0.12f);
            Image.Blend(_canvas.Fill(root, 0.04f), 0.5f, 0.6f);
        }
    }

    private void Branch(List<Stroke> strokes, Vector2 from, Vector2 direction, float length, float width, int generations)
    {
        Vector2 normal = new(-direction.Y, direction.X);
        Vector2 to = from + (length * direction) + (length * _random.Range(-0.15, 0.15) * normal);
        strokes.Add(new Stroke(Curves.Open(from, (0.5f * (from + to)) + (length * _random.Range(-0.1, 0.1) * normal), to), width, 0.35f + (0.2f * generations)));
        if (generations == 1)
        {
            return;
        }

        foreach (int sign in (ReadOnlySpan<int>)[-1, 1])
        {
            (float sin, float cos) = MathF.SinCos(sign * _random.Range(0.2, 0.6));
            Vector2 turned = new((cos * direction.X) - (sin * direction.Y), (sin * direction.X) + (cos * direction.Y));
            Branch(strokes, to, turned, length * _random.Range(0.55, 0.8), width * 0.62f, generations - 1);
        }
    }

    private void PaintBreasts()
    {
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            Vector2 center = new(side * _random.Range(0.6, 0.66), _random.Range(0.42, 0.5));
            Layer shadow = _canvas.Fill(Curves.Ellipse(center, 0.42f, 0.36f), 0.035f);
            Image.Add(shadow.Times(_canvas.Fill([new(-2, center.Y), new(2, center.Y), new(2, 2), new(-2, 2)], 0.16f)), 0.06f);
        }
    }

    private void PaintSpine()
    {
        Layer bodies = _canvas.Fill([new(-0.105f, -1.6f), new(0.105f, -1.6f), new(0.125f, 1.8f), new(-0.125f, 1.8f)], 0.014f);
        Image.Add(bodies, 0.055f);
        var discs = new List<Stroke>();
        var processes = new List<Stroke>();
        for (float y = -1.35f; y < 1.5f; y += 0.16f + (0.012f * (y + 1.3f)))
        {
            discs.Add(new Stroke([new(-0.1f, y), new(0.1f, y)], 0.022f));
            processes.Add(new Stroke([new(0, y + 0.07f), new(0, y + 0.11f)], 0.035f));
            processes.Add(new Stroke([new(-0.065f, y + 0.06f), new(-0.065f, y + 0.085f)], 0.03f, 0.7f));
            processes.Add(new Stroke([new(0.065f, y + 0.06f), new(0.065f, y + 0.085f)], 0.03f, 0.7f));
        }

        Image.Add(_canvas.Lines(discs, 0.012f), -0.06f);
        Image.Add(_canvas.Lines(processes, 0.01f), 0.05f);
    }

    private void PaintRibs()
    {
        var posterior = new List<Vector2[]>();
        var anterior = new List<Vector2[]>();
        foreach (Lung lung in _thorax.Lungs)
        {
            for (int rib = 0; rib < Ribs; rib++)
            {
                (Vector2[] back, Vector2[] front) = Rib(lung.Side, rib);
                posterior.Add(back);
                if (rib < RibsInFront)
                {
                    anterior.Add(front);
                }
            }
        }

        // A rib is a tube: its walls are denser than its middle.
        Layer ribs = _canvas.Lines(posterior.Select(r => new Stroke(r, 0.078f)), 0.008f)
            .Add(_canvas.Lines(posterior.Select(r => new Stroke(r, 0.05f)), 0.01f), -0.45f)
            .Add(_canvas.Lines(anterior.Select(r => new Stroke(r, 0.085f)), 0.012f), 0.4f);
        float end = _thorax.LeftDome + 0.3f;
        Layer fade = _canvas.Fill([new(-2, -2), new(2, -2), new(2, end), new(-2, end)], 0.16f);
        // Behind the heart and the spine, where little light is left, ribs hardly show.
        Image.Add(ribs.Times(fade).Times(_boneContrast), 0.125f);
    }

    /// <summary>Centre lines of a rib: from the spine out and down, then from the chest wall forwards and down to the cartilage.</summary>
    private (Vector2[] Back, Vector2[] Front) Rib(int side, int rib)
    {
        float y = -1.06f + (0.178f * rib);
        float reach = _thorax.Breadth * Math.Min(1.0f, 0.54f + (0.17f * rib) - (0.0125f * rib * rib));
        float drop = _thorax.RibSlope * (0.1f + (0.036f * rib));
        Vector2 P(float x, float dy) => new(side * x, y + dy);
        Vector2[] back = Curves.Open(
            P(0.11f, 0.02f), P(0.27f * reach / 0.9f, -0.045f), P(0.58f * reach, -0.02f + (0.25f * drop)), P(0.88f * reach, 0.62f * drop), P(reach, drop + 0.06f));
        Vector2[] front = Curves.Open(P(reach, drop + 0.04f), P(0.93f * reach, drop + 0.21f), P(0.72f * reach, drop + 0.36f), P(0.46f * reach, drop + 0.44f));
        return (back, front);
    }

    private void PaintShoulders()
    {
        var clavicles = new List<Vector2[]>();
        var blades = new List<Vector2[]>();
        var joints = new List<Vector2[]>();
        var arms = new List<Stroke>();
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            Vector2 P(float x, float y) => new(side * x, y);
            float lift = _random.Range(-0.05, 0.05);
            clavicles.Add(Curves.Open(P(0.13f, -0.74f), P(0.35f, -0.84f + (0.5f * lift)), P(0.62f, -0.93f + lift), P(0.9f, -0.98f + lift), P(1.1f, -0.95f + lift)));
            blades.Add(Curves.Closed(P(1.0f, -0.85f), P(0.82f, -0.8f), P(0.84f, -0.4f), P(0.98f, 0.1f), P(1.06f, -0.1f), P(1.12f, -0.6f)));
            joints.Add(Curves.Ellipse(P(1.3f, -0.72f), 0.17f, 0.18f));
            arms.Add(new Stroke([P(1.34f, -0.6f), P(1.5f, 0.4f)], 0.17f));
        }

        Image.Add(_canvas.Lines(clavicles.Select(c => new Stroke(c, 0.095f)), 0.009f).Add(_canvas.Lines(clavicles.Select(c => new Stroke(c, 0.055f)), 0.012f), -0.4f), 0.16f);
        Image.Add(_canvas.FillAll(blades, 0.02f), 0.06f);
        Image.Add(_canvas.FillAll(joints, 0.02f).Add(_canvas.Lines(arms, 0.02f), 0.85f), 0.14f);
    }
}
