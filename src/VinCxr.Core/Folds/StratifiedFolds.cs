using VinCxr.Core.Trials;

namespace VinCxr.Core.Folds;

/// <summary>
/// Iterative stratification for multi-label data (Sechidis, Tsoumakas, Vlahavas 2011): rarest label first, to the fold with the largest remaining demand.
/// No fold stays empty: an empty fold has the largest demand for every label.
/// </summary>
public static class StratifiedFolds
{
    /// <summary>Label of normal images; class ids are never negative.</summary>
    private const int NormalLabel = -1;

    /// <param name="items">Labels of each image.</param>
    /// <param name="count">Number of folds, at least 2 and at most the number of items.</param>
    /// <param name="seed">Breaks ties; the same input and seed give the same folds on every machine.</param>
    /// <returns>Fold of each item, in [0, count).</returns>
    /// <exception cref="InvalidInputException">The count is out of range.</exception>
    public static int[] Assign(IReadOnlyList<IReadOnlyCollection<int>> items, int count, int seed)
    {
        Check(count, items.Count, "images");
        return new Stratification([.. items.Select(StratifiedItem.Single)], count, seed).Run();
    }

    /// <summary>
    /// Folds of annotated images; a normal image carries its own label. The order of <paramref name="images"/> does not matter.
    /// Images of one group share a fold; each group is dealt out whole, largest first within its rarest label.
    /// </summary>
    /// <param name="images">Images with distinct ids.</param>
    /// <param name="groups">Image id to group; images that are not in it stand alone, and ids of other images are ignored.</param>
    /// <returns>Image id to fold.</returns>
    /// <exception cref="InvalidInputException">The count is below 2 or above the number of groups.</exception>
    public static IReadOnlyDictionary<string, int> Assign(
        IReadOnlyList<LabelledImage> images, int count, int seed, IReadOnlyDictionary<string, string>? groups = null)
    {
        LabelledImage[][] units =
        [
            .. images.OrderBy(i => i.ImageId, StringComparer.Ordinal)
                .GroupBy(i => groups is not null && groups.TryGetValue(i.ImageId, out string? group) ? (Group: (string?)group, Image: (string?)null) : (Group: null, Image: i.ImageId))
                .Select(unit => unit.ToArray()),
        ];
        Check(count, units.Length, groups is { Count: > 0 } ? "groups of images" : "images");
        int[] folds = new Stratification([.. units.Select(unit => StratifiedItem.Group([.. unit.Select(LabelsOf)]))], count, seed).Run();
        return units.Zip(folds)
            .SelectMany(u => u.First.Select(image => (image.ImageId, Fold: u.Second)))
            .ToDictionary(p => p.ImageId, p => p.Fold, StringComparer.Ordinal);
    }

    private static void Check(int count, int available, string what)
    {
        if (count < 2 || count > available)
        {
            throw new InvalidInputException($"{count} folds of {available} {what}: give a fold count from 2 to the number of {what}");
        }
    }

    private static IReadOnlyCollection<int> LabelsOf(LabelledImage image) =>
        image.IsNormal ? [NormalLabel] : [.. image.Boxes.Select(b => b.ClassId).Distinct()];
}
