namespace VinCxr.Core.Exploration;

/// <param name="Images">Images with the class.</param>
/// <param name="SameClassImages">Images on which two boxes of the class overlap.</param>
/// <param name="AnyClassImages">Images on which a box of the class overlaps another box of any class.</param>
/// <param name="SameClassPairs">Overlapping pairs of boxes of the class.</param>
/// <param name="OtherClassPairs">Overlapping pairs of a box of the class and one of another class.</param>
public sealed record ClassOverlap(
    int ClassId, string ClassName, int Images, int SameClassImages, int AnyClassImages, int SameClassPairs, int OtherClassPairs);

/// <summary>Boxes that overlap (IoU above the threshold, of any rater) per class and between classes.</summary>
/// <param name="SameClassImages">Images with an overlapping pair of one class.</param>
/// <param name="AnyClassImages">Images with an overlapping pair.</param>
/// <param name="Pairs">Overlapping pairs of boxes between findings, by position in <see cref="PerClass"/>; symmetric, a class with itself on the diagonal.</param>
public sealed record BoxOverlap(
    double Iou, int SameClassImages, int AnyClassImages, IReadOnlyList<ClassOverlap> PerClass, IReadOnlyList<IReadOnlyList<int>> Pairs)
{
    internal static BoxOverlap Of(AnnotationIndex index, double iou)
    {
        int findings = index.Findings.Count, same = 0, any = 0;
        int[][] pairs = [.. index.Findings.Select(_ => new int[findings])];
        int[] images = new int[findings], sameImages = new int[findings], anyImages = new int[findings];
        foreach (ImageReading image in index.Images)
        {
            HashSet<int> present = [], sameHere = [], anyHere = [];
            for (int i = 0; i < image.Boxes.Count; i++)
            {
                IndexedBox a = image.Boxes[i];
                present.Add(a.Finding);
                for (int j = i + 1; j < image.Boxes.Count; j++)
                {
                    IndexedBox b = image.Boxes[j];
                    if (a.Box.IoU(b.Box) > iou)
                    {
                        anyHere.Add(a.Finding);
                        anyHere.Add(b.Finding);
                        pairs[a.Finding][b.Finding]++;
                        if (a.Finding == b.Finding)
                        {
                            sameHere.Add(a.Finding);
                        }
                        else
                        {
                            pairs[b.Finding][a.Finding]++;
                        }
                    }
                }
            }

            same += sameHere.Count > 0 ? 1 : 0;
            any += anyHere.Count > 0 ? 1 : 0;
            Count(present, images);
            Count(sameHere, sameImages);
            Count(anyHere, anyImages);
        }

        return new(
            iou, same, any,
            [
                .. index.Findings.Select((c, i) => new ClassOverlap(
                    c.Id, c.Name, images[i], sameImages[i], anyImages[i], pairs[i][i], pairs[i].Sum() - pairs[i][i])),
            ],
            pairs);
    }

    private static void Count(HashSet<int> findings, int[] images)
    {
        foreach (int finding in findings)
        {
            images[finding]++;
        }
    }
}
