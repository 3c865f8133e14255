using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Agents;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Agents;

public sealed class LeaseKeeperTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider _time = new();
    private int _renewals;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renews_every_two_seconds_and_hears_that_the_lease_is_wanted_back()
    {
        bool wanted = false;
        await using var keeper = Keeper(() => Task.FromResult(new LeaseStanding(Volatile.Read(ref wanted), "make room")));
        await PassAsync(TimeSpan.FromSeconds(6), 3);
        Assert.False(keeper.WantedBack.IsCancellationRequested);

        Volatile.Write(ref wanted, true);
        await PassAsync(TimeSpan.FromSeconds(2), 4);
        await Eventually.ReadAsync(() => Task.FromResult(keeper.WantedBack.IsCancellationRequested), w => w, "wanted back", Cancel);
        Assert.Equal("make room", keeper.Reason);
        Assert.False(keeper.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_renewed_is_given_up_before_its_ttl()
    {
        await using var keeper = Keeper(() => throw new TimeoutException("nobody answers"));
        long start = _time.GetTimestamp();
        await UntilLostAsync(keeper, TimeSpan.FromMilliseconds(250));

        var held = _time.GetElapsedTime(start);
        Assert.InRange(held, Ttl * 5 / 6, Ttl - TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task A_renewal_that_hangs_does_not_keep_the_lease()
    {
        await using var keeper = Keeper(() => new TaskCompletionSource<LeaseStanding>().Task);
        long start = _time.GetTimestamp();
        await UntilLostAsync(keeper, TimeSpan.FromMilliseconds(250));
        Assert.InRange(_time.GetElapsedTime(start), TimeSpan.FromSeconds(10), Ttl);
    }

    [Fact]
    public async Task A_refused_renewal_ends_it_at_once()
    {
        await using var keeper = Keeper(() => throw new ConflictException("stale"));
        await PassAsync(TimeSpan.FromSeconds(2), 1);
        await Eventually.ReadAsync(() => Task.FromResult(keeper.Lost.IsCancellationRequested), l => l, "lost", Cancel);
    }

    private LeaseKeeper Keeper(Func<Task<LeaseStanding>> renew) => new(
        () =>
        {
            Interlocked.Increment(ref _renewals);
            return renew();
        },
        Ttl,
        _time,
        NullLogger.Instance);

    /// <summary>Lets time pass in small steps until there were so many renewals.</summary>
    private async Task PassAsync(TimeSpan time, int renewals)
    {
        var step = TimeSpan.FromMilliseconds(500);
        for (var passed = TimeSpan.Zero; passed < time || Volatile.Read(ref _renewals) < renewals; passed += step)
        {
            Assert.True(passed < time * 3, $"{_renewals} renewals");
            _time.Advance(step);
            await Task.Yield();
        }
    }

    private async Task UntilLostAsync(LeaseKeeper keeper, TimeSpan step)
    {
        // Each step waits for the loop to take notice, which it does on other threads.
        await Eventually.ReadAsync(
            () =>
            {
                if (!keeper.Lost.IsCancellationRequested)
                {
                    _time.Advance(step);
                }

                return Task.FromResult(keeper.Lost.IsCancellationRequested);
            },
            lost => lost,
            "lost",
            Cancel);
    }
}
