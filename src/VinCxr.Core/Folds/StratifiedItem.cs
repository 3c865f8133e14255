namespace VinCxr.Core.Folds;

/// <summary>Images that stay together, at least one.</summary>
/// <param name="Size">Number of images.</param>
/// <param name="Labels">Labels with the number of images that carry each; labels are distinct.</param>
internal readonly record struct StratifiedItem(int Size, IReadOnlyList<(int Label, int Count)> Labels)
{
    public static StratifiedItem Single(IEnumerable<int> labels) => new(1, [.. labels.Distinct().Select(label => (label, 1))]);

    public static StratifiedItem Group(IReadOnlyCollection<IReadOnlyCollection<int>> images) =>
        new(images.Count, [.. images.SelectMany(labels => labels.Distinct()).CountBy(label => label).Select(c => (c.Key, c.Value))]);
}
