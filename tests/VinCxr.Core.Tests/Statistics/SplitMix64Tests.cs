using VinCxr.Core.Statistics;

namespace VinCxr.Core.Tests.Statistics;

public sealed class SplitMix64Tests
{
    /// <summary>Published first outputs for seed 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").</summary>
    [Fact]
    public void Matches_the_published_sequence()
    {
        var random = new SplitMix64(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Bounded_numbers_are_even_and_in_range()
    {
        var random = new SplitMix64(1);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.Next(7)]++;
        }

        // Binomial with standard deviation 93.
        Assert.All(counts, n => Assert.InRange(n, 9_600, 10_400));
    }

    [Fact]
    public void Shuffle_keeps_all_items_and_visits_every_order()
    {
        var random = new SplitMix64(2);
        var seen = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            int[] items = [0, 1, 2, 3];
            random.Shuffle(items);
            Assert.Equal([0, 1, 2, 3], items.Order());
            seen.Add(string.Concat(items));
        }

        Assert.Equal(24, seen.Count);
    }
}
