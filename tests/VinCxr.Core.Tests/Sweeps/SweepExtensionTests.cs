using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;

namespace VinCxr.Core.Tests.Sweeps;

public sealed class SweepExtensionTests
{
    private const string Base = """
        name: s
        dataset: d
        train: {epochs: 10}
        parameters:
          train.lr: {values: [0.1, 0.01]}
          model.variant: {values: [s, m]}
        search: {method: grid, max_variants: 4}
        """;

    [Fact]
    public void More_epochs_variants_values_and_other_limits_are_an_extension()
    {
        string after = Base.Replace("epochs: 10", "epochs: 20").Replace("[0.1, 0.01]", "[0.1, 0.05, 0.01]").Replace("max_variants: 4", "max_variants: 6")
            + "\nbudget: {gpu_hours: 3}\nresources: {priority: 70, queue: fast, max_concurrent: 2}";

        string[] paths = [.. SweepExtension.Check(Parse(Base), Parse(after)).Select(d => d.Path)];

        Assert.Equal(
            ["train.epochs", "search.max_variants", "resources.max_concurrent", "resources.queue", "resources.priority", "budget.gpu_hours", "parameters.train.lr"], paths);
    }

    [Fact]
    public void What_makes_scores_incomparable_is_refused_with_path_and_both_values()
    {
        string after = Base.Replace("epochs: 10", "epochs: 5").Replace("[s, m]", "[m, l]").Replace("max_variants: 4", "max_variants: 9")
            + "\nfolds: {count: 3}";

        string[] errors = [.. Assert.Throws<InvalidInputException>(() => SweepExtension.Check(Parse(Base), Parse(after))).Errors];

        Assert.Equal(3, errors.Length);
        Assert.Contains("folds.count: '5' cannot become '3' in an extension, or its scores would not compare; submit it as a sweep of its own", errors);
        Assert.Contains("train.epochs: '10' cannot become '5': an extension only raises it", errors);
        Assert.Contains("parameters.model.variant: '{values: [s, m]}' cannot become '{values: [m, l]}': an extension only adds listed values", errors);
    }

    [Fact]
    public void The_same_file_in_other_words_extends_nothing()
    {
        var error = Assert.Throws<InvalidInputException>(() => SweepExtension.Check(Parse(Base), Parse($"# a comment\n{Base}\nstop: {{method: none}}")));
        Assert.Contains("says already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_with_more_values_goes_on_with_what_it_does_not_have()
    {
        IReadOnlyList<Variant> first = SearchMethods.Create(Parse(Base)).Propose([], 4);
        SweepSpec extended = Parse(Base.Replace("[0.1, 0.01]", "[0.05, 0.1, 0.01]").Replace("max_variants: 4", "max_variants: 6"));

        IReadOnlyList<Variant> more = SearchMethods.Create(extended).Propose([.. first.Select(v => new VariantResult(v, null, true))], 4);

        Assert.Equal(["v4: train.lr=0.05 model.variant=s", "v5: train.lr=0.05 model.variant=m"], more.Select(v => $"{v.Id}: {v.Describe()}"));
        Assert.Equal(first[3] with { Parameters = first[3].Parameters }, Variant.Restore(extended, 3, first[3].Parameters));
    }

    private static SweepSpec Parse(string yaml) => SweepFile.ParseOrThrow(yaml);
}
