using CsCheck;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Trials;

public class BatchHalvingTests
{
    [Theory]
    [InlineData(12, new[] { 12, 6, 3, 1, 1 })]
    [InlineData(5, new[] { 5, 1, 1 })]
    [InlineData(30, new[] { 30, 15, 6, 3, 1 })]
    [InlineData(1, new[] { 1, 1 })]
    public void Halves_to_divisors(int batch, int[] expected) =>
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(h => BatchHalving.Batch(batch, h)));

    [Fact]
    public void Divides_the_batch_exactly_and_at_least_halves_until_one() =>
        Gen.Select(Gen.Int[1, 4096], Gen.Int[0, 14]).Sample((batch, halvings) =>
        {
            int before = BatchHalving.Batch(batch, halvings), after = BatchHalving.Batch(batch, halvings + 1);
            return batch % after == 0 && (before == 1 ? after == 1 : after <= before / 2);
        });
}
