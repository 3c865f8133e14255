using VinCxr.Core.Importance;

namespace VinCxr.Core.Tests.Importance;

public class FunctionalAnovaTests
{
    private static readonly ForestOptions OneFullTree = new(Trees: 1, Bootstrap: false);

    /// <summary>y = a + 2b over {0,1}²: variances 1/4 and 1 of 5/4.</summary>
    [Fact]
    public void Additive_levels_share_the_variance_as_by_hand()
    {
        var importance = FunctionalAnova.Evaluate([Levels("a", 0, 0, 1, 1), Levels("b", 0, 1, 0, 1)], [0, 2, 1, 3], OneFullTree);

        Assert.Equal(0.2, importance.Parameters[0].Share, 12);
        Assert.Equal(0.8, importance.Parameters[1].Share, 12);
        Assert.Equal(0, importance.Interactions, 12);
    }

    [Fact]
    public void Exclusive_or_is_interaction_only()
    {
        var importance = FunctionalAnova.Evaluate([Levels("a", 0, 0, 1, 1), Levels("b", 0, 1, 0, 1)], [0, 1, 1, 0], OneFullTree);

        Assert.All(importance.Parameters, p => Assert.Equal(0, p.Share, 12));
        Assert.Equal(1, importance.Interactions, 12);
    }

    /// <summary>y = ab over {0,1}²: mean 1/4, variance 3/16; each marginal is 0 or 1/2, variance 1/16.</summary>
    [Fact]
    public void A_product_is_a_third_each_and_a_third_together()
    {
        var importance = FunctionalAnova.Evaluate([Levels("a", 0, 0, 1, 1), Levels("b", 0, 1, 0, 1)], [0, 0, 0, 1], OneFullTree);

        Assert.All(importance.Parameters, p => Assert.Equal(1 / 3.0, p.Share, 12));
        Assert.Equal(1 / 3.0, importance.Interactions, 12);
    }

    /// <summary>
    /// Scores 0, 0, 0, 1 at x = 0, 1/4, 1/2, 1: the step lies half way between the last two, at 3/4. With y = step + level of b (0 or 1/2):
    /// variances 3/16 of x and 1/16 of b.
    /// </summary>
    [Fact]
    public void A_number_counts_by_the_length_of_its_steps()
    {
        double[] x = [0, 0.25, 0.5, 1, 0, 0.25, 0.5, 1];
        double[] scores = [0, 0, 0, 1, 0.5, 0.5, 0.5, 1.5];

        var importance = FunctionalAnova.Evaluate([new ParameterColumn("x", x), Levels("b", 0, 0, 0, 0, 1, 1, 1, 1)], scores, OneFullTree);

        Assert.Equal(0.75, importance.Parameters[0].Share, 12);
        Assert.Equal(0.25, importance.Parameters[1].Share, 12);
    }

    [Fact]
    public void A_forest_finds_the_parameter_that_matters_and_repeats_itself()
    {
        var random = new Random(3);
        double[][] x = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 200).Select(_ => random.NextDouble()).ToArray())];
        ParameterColumn[] columns = [.. x.Select((values, i) => new ParameterColumn($"p{i}", values))];
        double[] scores = [.. Enumerable.Range(0, 200).Select(i => (3 * x[1][i]) + (0.3 * x[2][i]))];

        var importance = FunctionalAnova.Evaluate(columns, scores);

        // By calculus: 9 / 9.09 of the variance is p1's.
        Assert.InRange(importance.Parameters[1].Share, 0.9, 1);
        Assert.True(importance.Parameters[2].Share > importance.Parameters[0].Share);
        Assert.Equal(importance.Parameters, FunctionalAnova.Evaluate(columns, scores).Parameters);
        Assert.InRange(importance.Parameters.Sum(p => p.Share) + importance.Interactions, 0.999999, 1.000001);
    }

    [Fact]
    public void Equal_scores_have_nothing_to_explain()
    {
        var importance = FunctionalAnova.Evaluate([Levels("a", 0, 1)], [0.5, 0.5]);

        Assert.Equal(0, importance.Parameters[0].Share);
        Assert.Equal(0, importance.Interactions);
    }

    [Fact]
    public void Columns_are_numbers_on_their_scale_or_levels()
    {
        Assert.Equal([0, 0.5, 1], ParameterColumn.Of("lr", ["0.0001", "0.001", "0.01"], isLog: true).Values.Select(v => Math.Round(v, 12)));
        Assert.Equal([0, 0.1, 1], ParameterColumn.Of("lr", ["0", "1", "10"]).Values);

        var words = ParameterColumn.Of("optimizer", ["sgd", "adam", "sgd"]);
        Assert.Equal((2, 1.0, 0.0), (words.Levels, words.Values[0], words.Values[1]));

        var conditional = ParameterColumn.Of("size", ["640", null, "1024"]);
        Assert.Equal(3, conditional.Levels);
        Assert.Equal(3, conditional.Values.Distinct().Count());
    }

    [Fact]
    public void Wrong_input_is_refused_with_its_name()
    {
        var error = Assert.Throws<InvalidInputException>(() => FunctionalAnova.Evaluate([Levels("a", 0, 1)], [1]));
        Assert.Contains("'a' has 2 values for 1 scores", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => FunctionalAnova.Evaluate([Levels("a", 0, 1)], [1, double.NaN]));
        Assert.Throws<InvalidInputException>(() => ParameterColumn.Of("words", [.. Enumerable.Range(0, 65).Select(i => $"w{i}")]));
    }

    private static ParameterColumn Levels(string name, params double[] values) => new(name, values, (int)values.Max() + 1);
}
