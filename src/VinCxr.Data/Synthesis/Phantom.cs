using System.Numerics;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Anatomy;
using VinCxr.Data.Synthesis.Drawing;
using VinCxr.Data.Synthesis.Findings;

namespace VinCxr.Data.Synthesis;

/// <summary>A finding that was painted and the smallest box around what is visible of it, in whole pixels inside the image.</summary>
internal readonly record struct PaintedFinding(int ClassId, Box Box);

/// <summary>One painted radiograph.</summary>
/// <param name="Brightness">Row-major display brightness, 0 black to 1 white.</param>
/// <param name="Findings">Empty for a normal chest.</param>
internal sealed record Phantom(int Width, int Height, float[] Brightness, bool Female, IReadOnlyList<PaintedFinding> Findings)
{
    private const float SmallestViewWidth = 2.2f;
    private const float ViewHeight = 2.5f;
    private const int ToneSteps = 4096;

    /// <summary>Paints a patient.</summary>
    /// <param name="size">Longest side in pixels.</param>
    /// <param name="findings">What to paint; one that finds no free place is left out, the first always finds one.</param>
    public static Phantom Paint(Random random, int size, IReadOnlyList<IPhantomFinding> findings)
    {
        Pose pose = DrawPose(random, size);
        var thorax = new Thorax(random);
        foreach (IPhantomFinding finding in findings)
        {
            finding.Shape(thorax, random);
        }

        var canvas = new Canvas(pose);
        var painter = new ThoraxPainter(canvas, thorax, random);
        painter.PaintSoftTissue();
        var scene = new PhantomScene(canvas, thorax, painter, random);
        var painted = new List<PaintedFinding>();
        foreach (IPhantomFinding finding in findings)
        {
            if (finding.Paint(scene) is { } box && Visible(box, pose) is { } visible)
            {
                painted.Add(new PaintedFinding(finding.ClassId, visible));
            }
        }

        painter.PaintBones();
        Expose(painter.Image, random, pose.Scale);
        return new Phantom(pose.Width, pose.Height, painter.Image.Values, thorax.Female, painted);
    }

    private static Pose DrawPose(Random random, int size)
    {
        // Most radiographs stand upright; some detectors lie across.
        float aspect = random.Chance(0.85) ? random.Range(0.82, 1) : random.Range(1, 1.15);
        int width = aspect <= 1 ? (int)MathF.Round(size * aspect) : size;
        int height = aspect <= 1 ? size : (int)MathF.Round(size / aspect);
        float scale = Math.Min(height / ViewHeight, width / SmallestViewWidth) * random.Range(0.93, 1.03);
        return new Pose(width, height, scale, random.Range(-0.05, 0.05), new Vector2(random.Range(-0.05, 0.05), random.Range(0.02, 0.12)));
    }

    private static Box? Visible(Box box, Pose pose)
    {
        var cut = new Box(
            Math.Max(0, Math.Floor(box.XMin)), Math.Max(0, Math.Floor(box.YMin)), Math.Min(pose.Width, Math.Ceiling(box.XMax)),
            Math.Min(pose.Height, Math.Ceiling(box.YMax)));
        return cut.IsValid ? cut : null;
    }

    /// <summary>Scatter, tone curve and quantum noise.</summary>
    private static void Expose(Layer image, Random random, float scale)
    {
        image.Blur(0.004f * scale);
        float gamma = random.Range(0.88, 1.15), noise = random.Range(0.008, 0.016);
        // A table in steps far below the noise spares a power per pixel.
        float[] tone = [.. Enumerable.Range(0, ToneSteps + 1).Select(i => 0.02f + (0.95f * MathF.Pow(i / (float)ToneSteps, gamma)))];
        var bits = new NoiseSource(random);
        float[] values = image.Values;
        for (int i = 0; i < values.Length; i++)
        {
            int step = (int)(Math.Clamp(values[i], 0, 1) * ToneSteps);
            values[i] = Math.Clamp(tone[step] + (noise * bits.Next()), 0, 1);
        }
    }

    /// <summary>Fast noise: the sum of four uniform numbers, scaled to variance 1, from a SplitMix64 sequence (Steele, Lea, Flood 2014).</summary>
    private struct NoiseSource(Random random)
    {
        private ulong _state = (ulong)random.NextInt64();

        public float Next()
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            int sum = (int)(z & 0xFFFF) + (int)((z >> 16) & 0xFFFF) + (int)((z >> 32) & 0xFFFF) + (int)(z >> 48);
            return (sum - 131070) * (1.7320508f / 65536);
        }
    }
}
