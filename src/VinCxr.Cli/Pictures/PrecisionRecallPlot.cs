using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;
using VinCxr.Cli.Files;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Detection;

namespace VinCxr.Cli.Pictures;

/// <summary>Precision-recall curves of all classes with ground truth, as a PNG.</summary>
internal static class PrecisionRecallPlot
{
    private const int Width = 1100;
    private const int Height = 800;

    private static readonly string[] SansSerif = ["DejaVu Sans", "Liberation Sans", "Arial", "Helvetica"];

    /// <summary>Most classes a legend names; the others are drawn thin and grey.</summary>
    private const int NamedClasses = 16;

    public static Task WriteAsync(string path, IReadOnlyList<ClassAveragePrecision> classes, string title, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteBytesAsync(path, Draw(classes, title), cancellationToken);

    private static byte[] Draw(IReadOnlyList<ClassAveragePrecision> classes, string title)
    {
        using var plot = new Plot();
        ClassAveragePrecision[] scored = [.. classes.Where(c => c.GroundTruths > 0).OrderByDescending(c => c.Ap)];
        for (int i = 0; i < scored.Length; i++)
        {
            (double[] recall, double[] precision) = Envelope(scored[i].Curve);
            var line = plot.Add.ScatterLine(recall, precision);
            line.LineWidth = i < NamedClasses ? 2.5f : 1f;
            line.Color = i < NamedClasses ? Palette.OnPaper(i) : Colors.LightGray;
            line.LinePattern = i < NamedClasses / 2 ? LinePattern.Solid : LinePattern.Dashed;
            if (i < NamedClasses)
            {
                line.LegendText = $"{Text.Score(scored[i].Ap)}  {scored[i].ClassName}";
            }
        }

        plot.Font.Set(SansSerif.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains, Fonts.Default));
        plot.Title(title, 20);
        plot.XLabel("recall", 16);
        plot.YLabel("precision", 16);
        plot.Axes.Bottom.TickGenerator = new NumericFixedInterval(0.1);
        plot.Axes.Left.TickGenerator = new NumericFixedInterval(0.1);
        plot.Axes.Left.MinimumSize = 70;
        plot.Axes.SetLimits(-0.01, 1.01, -0.01, 1.03);
        plot.ShowLegend(Edge.Right);
        plot.Legend.FontSize = 14;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    /// <summary>The monotone envelope that AP integrates, as steps: precision at a recall is the best at that recall or any higher one.</summary>
    private static (double[] Recall, double[] Precision) Envelope(PrecisionRecallCurve curve)
    {
        int count = curve.Recall.Length;
        if (count == 0)
        {
            return ([0, 0], [0, 0]);
        }

        double[] best = new double[count];
        double highest = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            highest = Math.Max(highest, curve.Precision[i]);
            best[i] = highest;
        }

        var recall = new List<double> { 0 };
        var precision = new List<double> { best[0] };
        for (int i = 0; i < count; i++)
        {
            recall.Add(i == 0 ? 0 : curve.Recall[i - 1]);
            precision.Add(best[i]);
            recall.Add(curve.Recall[i]);
            precision.Add(best[i]);
        }

        recall.Add(curve.Recall[^1]);
        precision.Add(0);
        return ([.. recall], [.. precision]);
    }
}
