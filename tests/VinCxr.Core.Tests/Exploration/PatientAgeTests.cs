using VinCxr.Core.Exploration;

namespace VinCxr.Core.Tests.Exploration;

public sealed class PatientAgeTests
{
    [Theory]
    [InlineData("060Y", 60.0)]
    [InlineData(" 45Y ", 45.0)]
    [InlineData("7y", 7.0)]
    [InlineData("62", 62.0)]
    [InlineData("018M", 1.5)]
    [InlineData("006W", 6 * 7 / 365.25)]
    [InlineData("010D", 10 / 365.25)]
    [InlineData("122Y\0", 122.0)]
    public void Ages_that_can_be(string text, double years)
    {
        Assert.Equal(Recorded.Known, PatientAge.Read(text, out double read));
        Assert.Equal(years, read, 12);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("Y")]
    [InlineData("000Y")]
    [InlineData("0")]
    public void Placeholders_are_missing(string? text)
    {
        Assert.Equal(Recorded.Missing, PatientAge.Read(text, out double years));
        Assert.Equal(0, years);
    }

    [Theory]
    [InlineData("238Y")]
    [InlineData("-05Y")]
    [InlineData("1950Y")]
    [InlineData("abcY")]
    [InlineData("6.5Y")]
    [InlineData("060X")]
    public void Nonsense_is_counted_apart(string text)
    {
        Assert.Equal(Recorded.Unusable, PatientAge.Read(text, out double years));
        Assert.Equal(0, years);
    }
}
