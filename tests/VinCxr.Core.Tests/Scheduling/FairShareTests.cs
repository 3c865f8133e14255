using CsCheck;
using VinCxr.Core.Scheduling;
using VinCxr.Core.Statistics;

namespace VinCxr.Core.Tests.Scheduling;

public sealed class FairShareTests
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Use_halves_with_each_half_life()
    {
        var use = new DecayedUse(1000, Monday);
        Assert.Equal(500, use.AsOf(Monday.AddHours(6), TimeSpan.FromHours(6)), 9);
        Assert.Equal(125, use.AsOf(Monday.AddHours(18), TimeSpan.FromHours(6)), 9);
        Assert.Equal(1000, use.AsOf(Monday.AddHours(-1), TimeSpan.FromHours(6)));
    }

    [Fact]
    public void Running_use_is_the_integral_of_decaying_seconds()
    {
        Properties.Hold(Gen.Select(Gen.Double[0.1, 16], Gen.Double[1, 48], Gen.Int[1, 20_000]), sample =>
        {
            var (slots, halfLifeHours, seconds) = sample;
            var halfLife = TimeSpan.FromHours(halfLifeHours);
            double sum = Enumerable.Range(0, seconds).Sum(s => slots * Math.Pow(2, -(seconds - s - 0.5) / halfLife.TotalSeconds));
            double exact = new DecayedUse(0, Monday).After(slots, Monday.AddSeconds(seconds), halfLife).SlotSeconds;
            Assert.Equal(sum, exact, sum * 1e-6);
        }, 20);
    }

    [Fact]
    public void In_how_many_steps_time_passes_does_not_matter()
    {
        Properties.Hold(Gen.Select(Gen.Double[0, 8], Gen.Int[1, 100_000], Gen.Int[1, 100_000]), sample =>
        {
            var (slots, first, second) = sample;
            var halfLife = TimeSpan.FromHours(5);
            var start = new DecayedUse(777, Monday);
            var end = Monday.AddSeconds(first + second);
            double once = start.After(slots, end, halfLife).SlotSeconds;
            double twice = start.After(slots, Monday.AddSeconds(first), halfLife).After(slots, end, halfLife).SlotSeconds;
            Assert.Equal(once, twice, 1e-6 * Math.Max(1, once));
        }, 1000);
    }

    /// <summary>
    /// Two users with endless work of different lengths, one of them a day ahead in past use, on four slots: over the following days their decayed use
    /// becomes equal to within the few trials that are under way.
    /// </summary>
    [Fact]
    public void Two_users_with_endless_work_come_to_equal_use()
    {
        var halfLife = TimeSpan.FromHours(24);
        var random = new SplitMix64(11);
        DecayedUse[] use = [new(48 * 3600, Monday), new(0, Monday)];
        int[] running = [0, 0];
        var ends = new PriorityQueue<int, DateTimeOffset>();
        var now = Monday;
        while (now < Monday.AddDays(3))
        {
            while (running.Sum() < 4)
            {
                int next = StartRule.InOrder(Enumerable.Range(0, 2).Select(u => new StartCandidate(
                    $"{u}", $"{u}", 50, $"{u}", FairShare.Rank(use[u].AsOf(now, halfLife), running[u]), running[u], Monday, 0, 0, 99, 1))).First().User == "0" ? 0 : 1;
                running[next]++;
                ends.Enqueue(next, now.AddMinutes((next == 0 ? 5 : 50) * (0.5 + (random.Next(1000) / 1000.0))));
            }

            ends.TryDequeue(out int user, out now);
            for (int u = 0; u < 2; u++)
            {
                use[u] = use[u].After(running[u], now, halfLife);
            }

            running[user]--;
        }

        Assert.Equal(1, use[0].SlotSeconds / use[1].SlotSeconds, 0.05);
    }

    [Fact]
    public void Slots_that_fall_free_at_once_are_dealt_out_evenly()
    {
        int[] running = [0, 0, 0];
        for (int i = 0; i < 9; i++)
        {
            running[Enumerable.Range(0, 3).MinBy(u => FairShare.Rank(0, running[u]))]++;
        }

        Assert.Equal([3, 3, 3], running);
    }

    [Fact]
    public void Queues_take_turns_by_use_over_weight()
    {
        QueueTurn[] queues = [new("a", 1, 2), new("b", 3, 3), new("c", 1, 0), new("d", 2, 0)];
        Assert.Equal(["d", "c", "b", "a"], QueueTurns.Order(queues));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(8000, null, 8000)]
    [InlineData(8000, 10_000.0, 11_000)]
    [InlineData(null, 1000.0, 1100)]
    public void A_measured_peak_outweighs_the_estimate(int? estimate, double? peak, int? needed) => Assert.Equal(needed, LearnedMemory.Needed(estimate, peak));
}
