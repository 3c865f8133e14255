using VinCxr.Core.Exploration;

namespace VinCxr.Core.Tests.Exploration;

public sealed class OddsRatioTests
{
    [Fact]
    public void Value_and_interval_of_a_table_worked_by_hand()
    {
        // 30/70 against 10/90: (30 x 90) / (70 x 10); standard error of the log sqrt(1/30 + 1/70 + 1/10 + 1/90) = 0.398410...
        OddsRatio odds = OddsRatio.Of(30, 70, 10, 90)!;
        double error = Math.Sqrt((1.0 / 30) + (1.0 / 70) + (1.0 / 10) + (1.0 / 90));
        Assert.Equal(27.0 / 7, odds.Value, 12);
        Assert.Equal(27.0 / 7 / Math.Exp(1.959964 * error), odds.Low, 5);
        Assert.Equal(27.0 / 7 * Math.Exp(1.959964 * error), odds.High, 4);
        Assert.False(odds.IsCorrected);
    }

    [Fact]
    public void An_empty_cell_adds_a_half_everywhere_and_says_so()
    {
        OddsRatio odds = OddsRatio.Of(5, 15, 0, 20)!;
        Assert.True(odds.IsCorrected);
        Assert.Equal(5.5 * 20.5 / (15.5 * 0.5), odds.Value, 12);
    }

    [Fact]
    public void Swapping_the_groups_inverts_ratio_and_interval()
    {
        OddsRatio odds = OddsRatio.Of(12, 40, 9, 77)!, swapped = OddsRatio.Of(9, 77, 12, 40)!;
        Assert.Equal(1 / odds.Value, swapped.Value, 12);
        Assert.Equal(1 / odds.High, swapped.Low, 12);
    }

    [Theory]
    [InlineData(0, 0, 3, 4)]
    [InlineData(3, 4, 0, 0)]
    [InlineData(0, 5, 0, 4)]
    [InlineData(5, 0, 4, 0)]
    public void No_group_or_no_finding_is_no_ratio(int a, int b, int c, int d) => Assert.Null(OddsRatio.Of(a, b, c, d));
}
