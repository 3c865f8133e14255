using VinCxr.Core.Exploration;

namespace VinCxr.Core.Tests.Exploration;

public sealed class KappaTests
{
    [Fact]
    public void Cohen_of_a_table_worked_by_hand()
    {
        // 50 grant proposals: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no. Observed 0.7, by chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5.
        Assert.Equal(0.4, Kappa.Cohen(20, 5, 10, 15)!.Value, 12);
    }

    [Fact]
    public void Cohen_is_one_for_equal_answers_and_minus_one_for_opposite_ones()
    {
        Assert.Equal(1, Kappa.Cohen(7, 0, 0, 3)!.Value, 12);
        Assert.Equal(-1, Kappa.Cohen(0, 5, 5, 0)!.Value, 12);
    }

    [Fact]
    public void Nothing_to_tell_apart_gives_no_kappa()
    {
        Assert.Null(Kappa.Cohen(0, 0, 0, 0));
        Assert.Null(Kappa.Cohen(0, 0, 0, 9));
        Assert.Null(Kappa.Fleiss([]));
        Assert.Null(Kappa.Fleiss([[0, 3], [0, 3]]));
        Assert.Null(Kappa.Fleiss([[1, 0], [0, 1]]));
    }

    /// <summary>14 raters sort 10 subjects into 5 categories; the example most texts on the statistic print, kappa 0.210.</summary>
    [Fact]
    public void Fleiss_of_the_textbook_example()
    {
        int[][] subjects =
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ];
        Assert.Equal(0.20993, Kappa.Fleiss(subjects)!.Value, 5);
    }

    [Fact]
    public void Fleiss_leaves_out_subjects_with_one_rater() =>
        Assert.Equal(Kappa.Fleiss([[3, 0], [1, 2], [0, 3]]), Kappa.Fleiss([[3, 0], [1, 0], [1, 2], [0, 1], [0, 3]]));
}
