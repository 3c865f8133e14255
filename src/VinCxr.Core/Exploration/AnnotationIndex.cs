using System.Runtime.InteropServices;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Core.Exploration;

/// <summary>A box with its rater and finding as positions in the lists of an <see cref="AnnotationIndex"/>.</summary>
internal readonly record struct IndexedBox(int Rater, int Finding, Box Box);

/// <summary>Everything said about one image.</summary>
internal sealed class ImageReading(string imageId)
{
    public string ImageId { get; } = imageId;

    /// <summary>Distinct raters, by position.</summary>
    public SortedSet<int> Raters { get; } = [];

    public List<IndexedBox> Boxes { get; } = [];
}

/// <summary>Annotations grouped by image once, for all the studies that need them so.</summary>
internal sealed class AnnotationIndex
{
    public AnnotationIndex(IReadOnlyList<Annotation> annotations, ClassList classes)
    {
        int[] findings =
        [
            .. classes.Findings.Select(c => c.Id)
                .Union(annotations.Select(a => a.ClassId).Distinct())
                .Where(id => id != classes.NoFindingId)
                .Order(),
        ];
        Findings = [.. findings.Select(id => new LabelClass(id, classes.NameOf(id)))];
        Raters = [.. annotations.Select(a => a.RaterId).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Instance)];
        var findingAt = findings.Select((id, at) => (id, at)).ToDictionary(p => p.id, p => p.at);
        var raterAt = Raters.Select((id, at) => (id, at)).ToDictionary(p => p.id, p => p.at, StringComparer.Ordinal);
        var images = new Dictionary<string, ImageReading>(StringComparer.Ordinal);
        foreach (Annotation row in annotations)
        {
            ImageReading image = CollectionsMarshal.GetValueRefOrAddDefault(images, row.ImageId, out _) ??= new(row.ImageId);
            int rater = raterAt[row.RaterId];
            image.Raters.Add(rater);
            if (row.Box is Box box && row.ClassId != classes.NoFindingId)
            {
                image.Boxes.Add(new(rater, findingAt[row.ClassId], box));
            }
        }

        Images = [.. images.Values];
    }

    /// <summary>All findings of the class list and further ones that occur, ascending ids.</summary>
    public IReadOnlyList<LabelClass> Findings { get; }

    /// <summary>R2 before R10.</summary>
    public IReadOnlyList<string> Raters { get; }

    public IReadOnlyList<ImageReading> Images { get; }

    private sealed class NaturalOrder : IComparer<string>
    {
        public static NaturalOrder Instance { get; } = new();

        public int Compare(string? x, string? y)
        {
            (string nameX, long numberX) = Split(x!);
            (string nameY, long numberY) = Split(y!);
            int byName = string.CompareOrdinal(nameX, nameY);
            return byName != 0 ? byName : numberX != numberY ? numberX.CompareTo(numberY) : string.CompareOrdinal(x, y);
        }

        private static (string Name, long Number) Split(string text)
        {
            string name = text.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            return long.TryParse(text.AsSpan(name.Length), out long number) ? (name, number) : (text, -1);
        }
    }
}
