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

    /// <param name="items">Labels of each item (an image, or a group of images that must stay together).</param>
    /// <param name="count">Number of folds, at least 2 and at most the number of items.</param>
    /// <param name="seed">Breaks ties; the same input and seed give the same folds on every machine.</param>
    /// <returns>Fold of each item, in [0, count).</returns>
    /// <exception cref="InvalidInputException">The count is out of range.</exception>
    public static int[] Assign(IReadOnlyList<IReadOnlyCollection<int>> items, int count, int seed)
    {
        if (count < 2 || count > items.Count)
        {
            throw new InvalidInputException($"{count} folds of {items.Count} images: give a fold count from 2 to the number of images");
        }

        return new Stratification(items, count, seed).Run();
    }

    /// <summary>Folds of annotated images; a normal image carries its own label. The order of <paramref name="images"/> does not matter.</summary>
    /// <param name="images">Images with distinct ids.</param>
    /// <returns>Image id to fold.</returns>
    /// <exception cref="InvalidInputException">The count is out of range.</exception>
    public static IReadOnlyDictionary<string, int> Assign(IReadOnlyList<LabelledImage> images, int count, int seed)
    {
        LabelledImage[] ordered = [.. images.OrderBy(i => i.ImageId, StringComparer.Ordinal)];
        int[] folds = Assign([.. ordered.Select(LabelsOf)], count, seed);
        return ordered.Zip(folds).ToDictionary(p => p.First.ImageId, p => p.Second, StringComparer.Ordinal);
    }

    private static IReadOnlyCollection<int> LabelsOf(LabelledImage image) =>
        image.IsNormal ? [NormalLabel] : [.. image.Boxes.Select(b => b.ClassId).Distinct()];
}
