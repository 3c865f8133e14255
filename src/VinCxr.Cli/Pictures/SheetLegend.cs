using OpenCvSharp;
using VinCxr.Core.Annotations;

namespace VinCxr.Cli.Pictures;

/// <summary>Colours of classes and, where predictions are drawn, what the two kinds of lines mean.</summary>
internal sealed class SheetLegend(IReadOnlyList<LabelClass> classes, bool withPredictions = true)
{
    private const double Scale = 0.6;
    private const int Sample = 44;
    private const int Margin = 16;

    private static readonly Scalar Neutral = Scalar.All(225);

    public Scalar ColorOf(int classId)
    {
        int index = classes.Select(c => c.Id).ToList().IndexOf(classId);
        (byte red, byte green, byte blue) = Palette.OnDark(Math.Max(0, index));
        return new Scalar(blue, green, red);
    }

    public int Rows(int width) => Layout(width).Select(e => e.Row + 1).DefaultIfEmpty().Max();

    public void Draw(Mat sheet, int top, int rowHeight)
    {
        foreach ((Entry entry, int x, int row) in Layout(sheet.Width))
        {
            int y = top + row * rowHeight + rowHeight / 2;
            Point from = new(x, y), to = new(x + Sample, y);
            switch (entry.Kind)
            {
                case EntryKind.Dashed:
                    DashedBox.Line(sheet, from, to, entry.Color);
                    break;
                case EntryKind.Solid:
                    Cv2.Line(sheet, from, to, entry.Color, 2, LineTypes.AntiAlias);
                    break;
                default:
                    Cv2.Rectangle(sheet, new Rect(x, y - 8, Sample, 16), entry.Color, -1);
                    break;
            }

            SheetText.Write(sheet, entry.Text, new Point(x + Sample + 8, y + 6), Scale, Neutral);
        }
    }

    private List<(Entry Entry, int X, int Row)> Layout(int width)
    {
        Entry[] lines = [new(EntryKind.Dashed, "true box", Neutral), new(EntryKind.Solid, "predicted, with confidence", Neutral)];
        Entry[] entries =
        [
            .. withPredictions ? lines : [],
            .. classes.Select(c => new Entry(EntryKind.Filled, c.Name, ColorOf(c.Id))),
        ];
        var placed = new List<(Entry Entry, int X, int Row)>();
        int x = Margin, row = 0;
        foreach (Entry entry in entries)
        {
            int needed = Sample + 8 + SheetText.WidthOf(entry.Text, Scale) + 2 * Margin;
            if (x > Margin && x + needed > width)
            {
                (x, row) = (Margin, row + 1);
            }

            placed.Add((entry, x, row));
            x += needed;
        }

        return placed;
    }

    private enum EntryKind
    {
        Dashed,
        Solid,
        Filled,
    }

    private sealed record Entry(EntryKind Kind, string Text, Scalar Color);
}
