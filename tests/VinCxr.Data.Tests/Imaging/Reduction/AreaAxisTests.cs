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
    public void Spans_hold_the_same_units_as_overlaps() => Axes.Sample(axis =>
    {
        AreaSpan[] spans = axis.Spans();
        for (int cell = 0; cell < spans.Length; cell++)
        {
            AreaSpan span = spans[cell];
            var units = new List<int> { span.FirstUnits };
            units.AddRange(Enumerable.Repeat(axis.Full, Math.Max(0, span.Last - span.First - 1)));
            if (span.Last > span.First)
            {
                units.Add(span.LastUnits);
            }

            Assert.Equal(axis.Total, units.Sum());
            for (int i = 0; i < units.Count; i++)
            {
                (int first, int inside, int beyond, _) = axis.Overlap(span.First + i);
                Assert.Equal(units[i], first == cell ? inside : beyond);
            }
        }
    });
}
