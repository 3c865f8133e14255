using VinCxr.Cli.Commands.Ensembles;
using VinCxr.Core.Detection;

namespace VinCxr.Cli.Tests.Commands.Ensembles;

public sealed class NormalGateTests
{
    private const int NoFinding = 14;

    private static readonly NormalGate Gate = new(0.08, 0.95);

    /// <summary>The rule of the competition: p is one minus the confidence of No finding.</summary>
    [Theory]
    [InlineData(1.0, "14 1")]
    [InlineData(0.93, "14 1")]
    [InlineData(0.91, "3 0.6, 14 0.91")]
    [InlineData(0.5, "3 0.6, 14 0.5")]
    [InlineData(0.06, "3 0.6, 14 0.06")]
    [InlineData(0.05, "3 0.6")]
    [InlineData(0.0, "3 0.6")]
    public void The_probability_of_any_finding_decides_what_stays(double noFinding, string kept)
    {
        Prediction[] image = [new("a", 3, 0.6, new Box(10, 10, 50, 50)), new("a", NoFinding, noFinding, Box.NoFinding)];

        Assert.Equal(kept, string.Join(", ", Gate.Apply(image, NoFinding).Select(p => FormattableString.Invariant($"{p.ClassId} {p.Confidence}"))));
    }

    [Fact]
    public void A_normal_image_is_one_certain_No_finding_box()
    {
        Prediction[] image = [new("a", NoFinding, 0.97, Box.NoFinding), new("a", 3, 0.6, new Box(10, 10, 50, 50))];

        Assert.Equal(new Prediction("a", NoFinding, 1, Box.NoFinding), Assert.Single(Gate.Apply(image, NoFinding)));
    }

    [Fact]
    public void Images_are_judged_one_by_one_and_one_without_No_finding_is_left_alone()
    {
        Prediction box = new("sick", 3, 0.6, new Box(10, 10, 50, 50));
        Prediction[] images = [box, new("well", NoFinding, 0.99, Box.NoFinding), new("well", 3, 0.1, new Box(1, 1, 9, 9))];

        Assert.Equal([box, new("well", NoFinding, 1, Box.NoFinding)], Gate.Apply(images, NoFinding));
    }
}
