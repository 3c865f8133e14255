using VinCxr.Core.Trials;

namespace VinCxr.Core.Folds;

/// <summary>Iterative stratification for multi-label data (Sechidis, Tsoumakas, Vlahavas 2011): rarest label first, to the fold with the largest remaining demand.</summary>
public static class StratifiedFolds
{
    /// <param name="items">Labels of each item (an image, or a group of images that must stay together).</param>
    /// <param name="count">Number of folds, at least 2 and at most the number of items.</param>
    /// <param name="seed">Breaks ties; the same input and seed give the same folds on every machine.</param>
    /// <returns>Fold of each item, in [0, count).</returns>
    /// <exception cref="InvalidInputException">The count is out of range.</exception>
    public static int[] Assign(IReadOnlyList<IReadOnlyCollection<int>> items, int count, int seed) => throw new NotImplementedException();

    /// <summary>Folds of annotated images; a normal image carries its own label.</summary>
    /// <returns>Image id to fold.</returns>
    public static IReadOnlyDictionary<string, int> Assign(IReadOnlyList<LabelledImage> images, int count, int seed) => throw new NotImplementedException();
}
