using VinCxr.Server.Dashboard.Charts;

namespace VinCxr.Server.Tests.Dashboard.Charts;

public class AxisTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(1, 2)]
    [InlineData(1, 1)]
    [InlineData(0, 300)]
    public void Epochs_have_whole_ticks_only(double first, double last)
    {
        var axis = Axis.Of([first, last], isWhole: true, ticks: 8);

        Assert.All(axis.Ticks(), t => Assert.Equal(Math.Round(t.Value), t.Value));
        Assert.All(axis.Ticks(), t => Assert.DoesNotContain(".", t.Text, StringComparison.Ordinal));
        Assert.Equal(axis.Ticks().Count(), axis.Ticks().Select(t => t.Text).Distinct().Count());
        Assert.InRange(axis.At(first), 0, 1);
        Assert.InRange(axis.At(last), 0, 1);
    }

    [Fact]
    public void Ticks_are_round_and_cover_the_values()
    {
        var axis = Axis.Of([0.07, 0.32]);

        Assert.Equal(["0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35"], axis.Ticks().Select(t => t.Text));
        Assert.Equal(0.5, axis.At(0.2), 12);
    }

    [Fact]
    public void One_value_lies_in_the_middle_of_an_axis()
    {
        var axis = Axis.Of([1400, 1400, double.NaN]);

        Assert.True(axis.Low < 1400 && axis.High > 1400);
    }

    [Fact]
    public void No_value_gives_an_axis_all_the_same() => Assert.NotEmpty(Axis.Of([]).Ticks());
}
