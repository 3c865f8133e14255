using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Synthesis.Drawing;

namespace VinCxr.Data.Synthesis;

/// <summary>What several readers write down about one painted image: they miss a finding now and then, and their boxes and names differ a little.</summary>
internal static class RaterPanel
{
    /// <summary>Readers R1 to R17, as in VinBigData.</summary>
    public const int Readers = 17;

    private const double Sensitivity = 0.85;
    private const double Confusion = 0.04;
    private const double EdgeJitter = 0.025;

    // Classes that people mix up, by their look.
    private static readonly int[][] Lookalikes = [[4, 6, 7], [5, 13], [8, 9], [1, 4], [10, 11]];

    /// <returns>Rows reader by reader; a normal image has one <i>No finding</i> row each, an abnormal one at least one box each.</returns>
    public static IReadOnlyList<Annotation> Read(string imageId, Phantom phantom, int raters, IReadOnlyList<int> classIds, Random random)
    {
        int[] readers = [.. Enumerable.Range(1, Readers)];
        random.Shuffle(readers);
        var rows = new List<Annotation>();
        foreach (int reader in readers.Take(raters).Order())
        {
            string name = $"R{reader}";
            if (phantom.Findings.Count == 0)
            {
                rows.Add(new Annotation(imageId, ClassList.VinBigData.NoFindingId!.Value, name, null));
                continue;
            }

            List<PaintedFinding> seen = [.. phantom.Findings.Where(_ => random.Chance(Sensitivity))];
            if (seen.Count == 0)
            {
                // An image is normal for all of its readers or for none.
                seen.Add(phantom.Findings[random.Next(phantom.Findings.Count)]);
            }

            rows.AddRange(seen.Select(f => new Annotation(imageId, Name(f.ClassId, classIds, random), name, Redraw(f.Box, phantom, random))));
        }

        return rows;
    }

    private static int Name(int classId, IReadOnlyList<int> classIds, Random random)
    {
        if (!random.Chance(Confusion))
        {
            return classId;
        }

        int[] others = [.. Lookalikes.Where(g => g.Contains(classId)).SelectMany(g => g).Where(c => c != classId && classIds.Contains(c))];
        return others.Length == 0 ? classId : random.Pick<int>(others);
    }

    /// <summary>Moves each edge by a few per cent of the box's side; the result is in whole pixels, inside the image and not empty.</summary>
    private static Box Redraw(Box box, Phantom phantom, Random random)
    {
        double Move(double edge, double side, int limit) => Math.Clamp(Math.Round(edge + (EdgeJitter * side * random.Normal())), 0, limit);
        var moved = new Box(
            Move(box.XMin, box.Width, phantom.Width), Move(box.YMin, box.Height, phantom.Height), Move(box.XMax, box.Width, phantom.Width),
            Move(box.YMax, box.Height, phantom.Height));
        return moved.IsValid ? moved : box;
    }
}
