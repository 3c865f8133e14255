using CsCheck;
using VinCxr.Core.Detection;
using VinCxr.Core.Folds;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Folds;

public sealed class StratifiedFoldsTests
{
    /// <summary>Share of abnormal images on which each VinBigData finding occurs (images of DOMAIN table / 4,394).</summary>
    private static readonly double[] Prevalence =
        [.. new[] { 3067, 186, 452, 2300, 353, 386, 613, 1322, 826, 1134, 1032, 1981, 96, 1617 }.Select(images => images / 4394.0)];

    /// <summary>Label sets like VinBigData's: 71 % carry only label 14, the others one finding or more.</summary>
    private static readonly Gen<int[]> LabelSet = Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1].Array[14], (normal, draws) =>
    {
        int[] findings = [.. Enumerable.Range(0, 14).Where(c => draws[c] < Prevalence[c])];
        return normal < 0.707 || findings.Length == 0 ? [14] : findings;
    });

    [Fact]
    public void Every_label_and_every_fold_gets_its_share() => Properties.Hold(
        Gen.Select(LabelSet.Array[200, 1200], Gen.Int[2, 10], Gen.Int),
        problem =>
        {
            (int[][] items, int count, int seed) = problem;
            int[] folds = StratifiedFolds.Assign(items, count, seed);
            Assert.Equal(items.Length, folds.Length);
            Assert.All(folds, fold => Assert.InRange(fold, 0, count - 1));

            int[] sizes = CountPerFold(folds, count, _ => true);
            Assert.True(sizes.Max() - sizes.Min() <= 8, $"fold sizes {string.Join(' ', sizes)}");
            for (int label = 0; label <= 14; label++)
            {
                int[] perFold = CountPerFold(folds, count, i => items[i].Contains(label));
                double desired = (double)perFold.Sum() / count;
                double bound = 2 + (1.25 * Math.Sqrt(desired + 1));
                Assert.All(perFold, n => Assert.True(Math.Abs(n - desired) <= bound, $"label {label}: {string.Join(' ', perFold)}, desired {desired}"));
            }
        },
        iter: 150);

    [Fact]
    public void Is_much_better_than_a_random_split() => Properties.Hold(
        Gen.Select(LabelSet.Array[1500], Gen.Int),
        problem =>
        {
            (int[][] items, int seed) = problem;
            var random = new Random(seed);
            double stratified = Deviation(items, StratifiedFolds.Assign(items, 5, seed), 5);
            double atRandom = Deviation(items, [.. items.Select(_ => random.Next(5))], 5);
            Assert.True(stratified < 0.5 * atRandom, $"mean deviation {stratified} against {atRandom} at random");
        },
        iter: 20);

    [Fact]
    public void No_fold_is_empty() => Properties.Hold(
        Gen.Int[0, 5].Array[0, 3].Array[2, 12].SelectMany(items => Gen.Int[2, items.Length].Select(count => (items, count))),
        problem => Assert.Equal(problem.count, StratifiedFolds.Assign(problem.items, problem.count, seed: 1).Distinct().Count()),
        iter: 3000);

    [Fact]
    public void Single_labels_are_dealt_out_evenly()
    {
        // 10 items of label 7 and 5 of label 9 over 5 folds: exactly 2 and 1 in each.
        int[][] items = [.. Enumerable.Range(0, 15).Select(i => new[] { i % 3 == 0 ? 9 : 7 })];
        int[] folds = StratifiedFolds.Assign(items, 5, seed: 3);
        Assert.Equal([2, 2, 2, 2, 2], CountPerFold(folds, 5, i => items[i][0] == 7));
        Assert.Equal([1, 1, 1, 1, 1], CountPerFold(folds, 5, i => items[i][0] == 9));
    }

    [Fact]
    public void Seed_decides_and_nothing_else()
    {
        int[][] items = [.. Enumerable.Range(0, 60).Select(i => new[] { i % 4, 10 + (i % 7) })];
        int[] folds = StratifiedFolds.Assign(items, 3, seed: 42);
        Assert.Equal(folds, StratifiedFolds.Assign(items, 3, seed: 42));
        Assert.NotEqual(folds, StratifiedFolds.Assign(items, 3, seed: 43));

        // Stored folds of a data set stay valid only while this holds on every machine and version.
        Assert.StartsWith("0001211012112210002001221201220011222100002122121", string.Concat(folds), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_keep_their_fold_in_any_order_and_normal_images_are_spread()
    {
        LabelledImage[] images =
        [
            .. Enumerable.Range(0, 40).Select(i => new LabelledImage(
                $"image{i:00}", 100, 100, IsNormal: i % 2 == 0, i % 2 == 0 ? [] : [new(i % 3, new Box(1, 1, 9, 9), 1), new(i % 3, new Box(5, 5, 9, 9), 1)])),
        ];
        IReadOnlyDictionary<string, int> folds = StratifiedFolds.Assign(images, 4, seed: 5);
        Assert.Equal(images.Select(i => i.ImageId).Order(), folds.Keys.Order());
        Assert.Equal([5, 5, 5, 5], CountPerFold([.. images.Select(i => folds[i.ImageId])], 4, i => images[i].IsNormal));
        Assert.Equal(folds, StratifiedFolds.Assign([.. images.Reverse()], 4, seed: 5));
    }

    [Fact]
    public void Groups_stay_together_and_labels_are_still_spread() => Properties.Hold(
        Gen.Select(LabelSet.Array[300, 900], Gen.Int[2, 6], Gen.Int),
        problem =>
        {
            (int[][] items, int count, int seed) = problem;
            LabelledImage[] images = [.. items.Select((labels, i) => Labelled($"image{i:0000}", labels))];

            // A third of the images in groups of two to six.
            var random = new Random(seed);
            var groups = images.Take(images.Length / 3).Chunk(4).SelectMany((chunk, g) => chunk.Select(i => (i.ImageId, Group: $"g{g}")))
                .Select(p => random.Next(4) == 0 ? p with { Group = $"g{random.Next(20)}" } : p)
                .ToDictionary(p => p.ImageId, p => p.Group);
            IReadOnlyDictionary<string, int> folds = StratifiedFolds.Assign(images, count, seed, groups);

            Assert.Equal(images.Length, folds.Count);
            Assert.All(groups.GroupBy(g => g.Value, g => folds[g.Key]), group => Assert.Single(group.Distinct()));
            int largest = groups.CountBy(g => g.Value).Max(g => g.Value);
            int[] foldOf = [.. images.Select(i => folds[i.ImageId])];
            for (int label = 0; label <= 14; label++)
            {
                int[] perFold = CountPerFold(foldOf, count, i => items[i].Contains(label));
                double desired = (double)perFold.Sum() / count;
                double bound = largest + 2 + (1.25 * Math.Sqrt(desired + 1));
                Assert.All(perFold, n => Assert.True(Math.Abs(n - desired) <= bound, $"label {label}: {string.Join(' ', perFold)}, desired {desired}, groups up to {largest}"));
            }
        },
        iter: 60);

    [Fact]
    public void Groups_of_one_change_nothing_and_unknown_images_are_ignored()
    {
        LabelledImage[] images = [.. Enumerable.Range(0, 50).Select(i => Labelled($"image{i:00}", [i % 5]))];
        Assert.Equal(
            StratifiedFolds.Assign(images, 5, seed: 2),
            StratifiedFolds.Assign(images, 5, seed: 2, new Dictionary<string, string> { ["image03"] = "alone", ["elsewhere"] = "alone too" }));
    }

    [Fact]
    public void More_folds_than_groups_are_refused()
    {
        LabelledImage[] images = [.. Enumerable.Range(0, 6).Select(i => Labelled($"image{i}", [0]))];
        var groups = images.ToDictionary(i => i.ImageId, i => i.ImageId[^1] < '3' ? "a" : "b");
        var error = Assert.Throws<InvalidInputException>(() => StratifiedFolds.Assign(images, 3, seed: 1, groups));
        Assert.Contains("3 folds of 2 groups", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(4)]
    public void Impossible_counts_are_refused(int count)
    {
        int[][] items = [[0], [1], [0]];
        var error = Assert.Throws<InvalidInputException>(() => StratifiedFolds.Assign(items, count, seed: 1));
        Assert.Contains($"{count} folds of 3 images", error.Message, StringComparison.Ordinal);
    }

    private static LabelledImage Labelled(string id, int[] labels) => new(
        id, 100, 100, IsNormal: labels is [14], labels is [14] ? [] : [.. labels.Select(c => new LabelledBox(c, new Box(1, 1, 9, 9), 1))]);

    private static int[] CountPerFold(int[] folds, int count, Func<int, bool> counts) =>
        [.. Enumerable.Range(0, count).Select(fold => Enumerable.Range(0, folds.Length).Count(i => folds[i] == fold && counts(i)))];

    /// <summary>Mean over labels and folds of |share of the label's items in the fold - 1 / folds|.</summary>
    private static double Deviation(int[][] items, int[] folds, int count) => Enumerable.Range(0, 15)
        .Select(label => CountPerFold(folds, count, i => items[i].Contains(label)))
        .SelectMany(perFold => perFold.Select(n => Math.Abs(((double)n / perFold.Sum()) - (1.0 / count))))
        .Average();
}
