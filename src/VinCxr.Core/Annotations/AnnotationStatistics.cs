using System.Runtime.InteropServices;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Annotations;

/// <param name="Boxes">Rows with a box; 0 for <i>No finding</i>.</param>
/// <param name="Images">Images with at least one row of the class.</param>
public sealed record ClassCount(int ClassId, string ClassName, int Boxes, int Images);

/// <summary>Images on which both classes occur, <paramref name="A"/> &lt; <paramref name="B"/>.</summary>
public sealed record ClassPairCount(int A, int B, int Images);

/// <param name="Boxes">Rows with a box, all raters.</param>
/// <param name="NoFindingImages">Images all of whose rows say <i>No finding</i>.</param>
/// <param name="ImagesWithOverlap">Images holding any two boxes, of any class and rater, with IoU above the threshold.</param>
/// <param name="Raters">Distinct raters.</param>
/// <param name="PerClass">Every class of the list and any further class that occurs, ascending ids.</param>
/// <param name="CoOccurrence">Pairs of findings that share at least one image, ascending; <i>No finding</i> is not a finding.</param>
public sealed record AnnotationSummary(
    int Images, int Boxes, int NoFindingImages, int ImagesWithOverlap, int Raters,
    IReadOnlyList<ClassCount> PerClass, IReadOnlyList<ClassPairCount> CoOccurrence);

/// <summary>Counts that describe a set of annotations, in one pass over the rows and one over each image's boxes.</summary>
public static class AnnotationStatistics
{
    /// <param name="iou">Overlap threshold, IoU strictly above it.</param>
    public static AnnotationSummary Summarise(IReadOnlyList<Annotation> annotations, ClassList classes, double iou = 0.4)
    {
        var images = new Dictionary<string, ImageRows>(StringComparer.Ordinal);
        var raters = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<int, int> boxesOf = classes.Classes.ToDictionary(c => c.Id, _ => 0);
        foreach (Annotation row in annotations)
        {
            raters.Add(row.RaterId);
            ImageRows rows = CollectionsMarshal.GetValueRefOrAddDefault(images, row.ImageId, out _) ??= new();
            rows.Classes.Add(row.ClassId);
            ref int boxes = ref CollectionsMarshal.GetValueRefOrAddDefault(boxesOf, row.ClassId, out _);
            if (row.Box is Box box && row.ClassId != classes.NoFindingId)
            {
                rows.Boxes.Add(box);
                boxes++;
            }
        }

        var imagesOf = new Dictionary<int, int>();
        var pairs = new SortedDictionary<(int A, int B), int>();
        foreach (ImageRows rows in images.Values)
        {
            int[] present = [.. rows.Classes];
            for (int a = 0; a < present.Length; a++)
            {
                imagesOf[present[a]] = imagesOf.GetValueOrDefault(present[a]) + 1;
                for (int b = a + 1; b < present.Length; b++)
                {
                    if (present[a] != classes.NoFindingId && present[b] != classes.NoFindingId)
                    {
                        var pair = (present[a], present[b]);
                        pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
                    }
                }
            }
        }

        return new(
            images.Count,
            boxesOf.Values.Sum(),
            images.Values.Count(rows => rows.Classes.Count == 1 && rows.Classes.Min == classes.NoFindingId),
            images.Values.Count(rows => HasOverlap(rows.Boxes, iou)),
            raters.Count,
            [.. boxesOf.OrderBy(c => c.Key).Select(c => new ClassCount(c.Key, classes.NameOf(c.Key), c.Value, imagesOf.GetValueOrDefault(c.Key)))],
            [.. pairs.Select(p => new ClassPairCount(p.Key.A, p.Key.B, p.Value))]);
    }

    private static bool HasOverlap(List<Box> boxes, double iou)
    {
        for (int i = 0; i < boxes.Count; i++)
        {
            for (int j = i + 1; j < boxes.Count; j++)
            {
                if (boxes[i].IoU(boxes[j]) > iou)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private sealed class ImageRows
    {
        public SortedSet<int> Classes { get; } = [];

        public List<Box> Boxes { get; } = [];
    }
}
