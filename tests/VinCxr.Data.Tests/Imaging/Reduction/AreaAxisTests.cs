using CsCheck;
using VinCxr.Data.Imaging.Reduction;

namespace VinCxr.Data.Tests.Imaging.Reduction;

public class AreaAxisTests
{
    private static readonly Gen<AreaAxis> Axes = Gen.Select(Gen.Int[1, 400], Gen.Int[1, 400], (a, b) => new AreaAxis(Math.Max(a, b), Math.Min(a, b)));

    [Fact]
    public void Every_unit_of_an_output_cell_comes_from_the_source_cells_over_it() => Axes.Sample(axis =>
    {
        var received = new int[axis.Target + 1];
        for (int source = 0; source < axis.Source; source++)
        {
            (int cell, int inside, int beyond, bool ends) = axis.Overlap(source);
            (long start, long end) = ((long)source * axis.Full, (source + 1L) * axis.Full);
            Assert.Equal(Math.Min(end, (cell + 1L) * axis.Total) - start, inside);
            Assert.Equal(axis.Full, inside + beyond);
            Assert.Equal(end >= (cell + 1L) * axis.Total, ends);
            received[cell] += inside;
            received[cell + 1] += beyond;
        }

        Assert.All(received[..^1], units => Assert.Equal(axis.Total, units));
        Assert.Equal(0, received[^1]);
    });

    [Fact]
    public void Taps_hold_the_units_that_an_output_cell_receives() => Axes.Sample(axis =>
    {
        var received = new int[axis.Source, axis.Target + 1];
        for (int source = 0; source < axis.Source; source++)
        {
            (int cell, int inside, int beyond, _) = axis.Overlap(source);
            received[source, cell] += inside;
            received[source, cell + 1] += beyond;
        }

        AreaTaps taps = axis.Taps();
        for (int cell = 0; cell < axis.Target; cell++)
        {
            Assert.InRange(taps.First[cell], 0, axis.Source - taps.Count);
            Assert.Equal(axis.Total, taps.Units.AsSpan(cell * taps.Count, taps.Count).ToArray().Sum(units => units));
            for (int tap = 0; tap < taps.Count; tap++)
            {
                Assert.Equal(received[taps.First[cell] + tap, cell], (int)taps.Units[(cell * taps.Count) + tap]);
            }
        }
    });
}
