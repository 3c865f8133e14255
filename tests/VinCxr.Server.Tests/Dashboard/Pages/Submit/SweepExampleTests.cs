using VinCxr.Core.Sweeps;
using VinCxr.Server.Dashboard.Pages.Submit;

namespace VinCxr.Server.Tests.Dashboard.Pages.Submit;

public sealed class SweepExampleTests
{
    [Theory]
    [InlineData("lungs")]
    [InlineData("2.5-d_x")]
    [InlineData(null)]
    public void Every_example_can_be_submitted(string? dataset) => Assert.All(SweepExample.All, example =>
    {
        var (spec, errors) = SweepFile.Parse(example.For(dataset));

        Assert.Empty(errors);
        Assert.Equal(dataset ?? "my-data", spec!.Dataset);
    });
}
