using CsCheck;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;

namespace VinCxr.Core.Tests.Sweeps.Search;

public class SearchMethodTests
{
    private const string Space = """
        name: n
        dataset: d
        parameters:
          train.lr: {min: 1e-4, max: 1e-2, scale: log}
          model.variant: {values: [s, m, l]}
          model.image_size: {values: [640, 1024], when: {model.variant: [s, m]}}
          train.batch: {min: 4, max: 32}
        """;

    [Fact]
    public void Grid_is_every_combination_and_respects_conditions()
    {
        IReadOnlyList<Variant> grid = Propose("{name: n, dataset: d, parameters: {train.lr: {min: 1e-4, max: 1e-2, scale: log}, model.variant: {values: [s, m, l]}, model.image_size: {values: [640, 1024], when: {model.variant: [s, m]}}}}");

        // 3 rates x (2 variants x 2 sizes + 1 variant without a size).
        Assert.Equal(15, grid.Count);
        Assert.Equal(15, grid.Select(v => v.Describe()).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 15).Select(i => $"v{i}"), grid.Select(v => v.Id));
        Assert.Equal([0.0001, 0.001, 0.01], grid.Select(v => v.Settings.Train.Lr).Distinct());
        Assert.All(grid.Where(v => v.Settings.Model.Variant == "l"), v => Assert.False(v.Parameters.ContainsKey("model.image_size")));
        Assert.Equal("train.lr=0.0001 model.variant=s model.image_size=640", grid[0].Describe());
    }

    [Fact]
    public void No_parameters_is_one_variant() => Assert.Equal("defaults", Assert.Single(Propose("{name: n, dataset: d}")).Describe());

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void Proposals_do_not_depend_on_how_many_are_asked_for_at_once(string method)
    {
        SweepSpec spec = SweepFileTests.Read($"{Space}\nsearch: {{method: {method}, max_variants: 100}}");
        IReadOnlyList<Variant> atOnce = SearchMethods.Create(spec).Propose([], 20);

        List<VariantResult> history = [];
        while (history.Count < 20)
        {
            history.AddRange(SearchMethods.Create(spec).Propose(history, 3).Select(v => new VariantResult(v, null, false)));
        }

        Assert.Equal(atOnce.Select(Text), history.Take(20).Select(h => Text(h.Variant)));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void Draws_stay_in_range_differ_and_respect_conditions(string method) =>
        Gen.Int[-1000, 1000].Sample(
            seed =>
            {
                IReadOnlyList<Variant> drawn = Propose($"{Space}\nsearch: {{method: {method}, max_variants: 40, seed: {seed}}}");
                return drawn.Count == 40
                    && drawn.Select(v => v.Describe()).Distinct().Count() == 40
                    && drawn.All(v => v.Settings.Train.Lr is >= 1e-4 and <= 1e-2 && v.Settings.Train.Batch is >= 4 and <= 32)
                    && drawn.All(v => v.Parameters.ContainsKey("model.image_size") == (v.Settings.Model.Variant != "l"));
            },
            iter: 50);

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    public void A_small_space_is_used_up_without_repeats(string method) =>
        Assert.Equal(3, Propose($"{{name: n, dataset: d, parameters: {{model.variant: {{values: [s, m, l]}}}}, search: {{method: {method}, max_variants: 50}}}}").Count);

    [Fact]
    public void Random_draws_are_uniform_on_the_log_scale()
    {
        IReadOnlyList<Variant> drawn = Propose($"{Space}\nsearch: {{method: random, max_variants: 2000}}");

        // Half of log-uniform draws from [1e-4, 1e-2] lie below 1e-3; five standard deviations of a binomial of 2000 are 112.
        Assert.InRange(drawn.Count(v => v.Settings.Train.Lr < 1e-3), 888, 1112);
    }

    [Fact]
    public void Sobol_puts_one_point_in_every_interval_of_every_dimension()
    {
        const int Points = 256;
        for (int dimension = 0; dimension < SobolSequence.MaxDimensions; dimension++)
        {
            int[] bins = [.. Enumerable.Range(0, Points).Select(i => (int)(SobolSequence.Coordinate(i, dimension, 0x9E3779B9) * Points)).Order()];

            Assert.Equal(Enumerable.Range(0, Points), bins);
        }
    }

    [Fact]
    public void Sobol_pairs_of_the_first_dimensions_fill_elementary_boxes()
    {
        // Property A of the first two dimensions: 16 consecutive points hit each of the 4 x 4 boxes once.
        IEnumerable<int> boxes = Enumerable.Range(0, 16).Select(i => ((int)(SobolSequence.Coordinate(i, 0, 0) * 4) * 4) + (int)(SobolSequence.Coordinate(i, 1, 0) * 4));

        Assert.Equal(Enumerable.Range(0, 16), boxes.Order());
    }

    [Fact]
    public void Tpe_moves_towards_the_optimum()
    {
        SweepSpec spec = SweepFileTests.Read("{name: n, dataset: d, parameters: {train.lr: {min: 1e-4, max: 1e-2, scale: log}, model.variant: {values: [s, m, l]}}, search: {method: tpe, max_variants: 200}}");
        static double Score(Variant v) => 1 - Math.Abs(Math.Log10(v.Settings.Train.Lr) + 3) - (v.Settings.Model.Variant == "m" ? 0 : 0.3);
        ISearchMethod tpe = SearchMethods.Create(spec);
        List<VariantResult> history = [];
        for (int i = 0; i < 60; i++)
        {
            Variant next = Assert.Single(tpe.Propose(history, 1));
            history.Add(new VariantResult(next, Score(next), true));
        }

        // Uniform random search averages about 0.3 here; the model's later proposals must be clearly better.
        Assert.True(history[^20..].Average(h => h.Score) > 0.6);
        Assert.True(history[^20..].Average(h => h.Score) > history[..8].Average(h => h.Score));
    }

    [Theory]
    [InlineData("train.lr: {min: 1e-4, max: 1e-2, scale: log}", 60)]
    [InlineData("train.epochs: {min: 1, max: 40}", 40)]
    public void Tpe_goes_on_when_the_best_lies_at_the_end_of_a_range(string parameter, int variants)
    {
        SweepSpec spec = SweepFileTests.Read($"{{name: n, dataset: d, parameters: {{{parameter}}}, search: {{method: tpe, max_variants: {variants}}}}}");
        ISearchMethod tpe = SearchMethods.Create(spec);
        List<VariantResult> history = [];
        for (int i = 0; i < variants; i++)
        {
            Variant next = Assert.Single(tpe.Propose(history, 1));
            history.Add(new VariantResult(next, Convert.ToDouble(next.Parameters.Values.Single()), true));
        }

        Assert.Equal(variants, history.Select(h => h.Variant.Describe()).Distinct().Count());
        Assert.Empty(tpe.Propose(history, 1));
    }

    private static IReadOnlyList<Variant> Propose(string yaml)
    {
        SweepSpec spec = SweepFileTests.Read(yaml);
        return SearchMethods.Create(spec).Propose([], spec.Search.MaxVariants);
    }

    private static string Text(Variant variant) => $"{variant.Id} {variant.Describe()}";
}
