using Microsoft.Extensions.Time.Testing;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting;
using VinCxr.Server.Hosting.Seats;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting.Seats;

/// <summary>Both kinds of seat behave the same; what only a lease can do stands below.</summary>
public sealed class StoreSeatTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _time = new();
    private IStore? _store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await StoreFactory.OpenAsync(_folder.Path, create: true, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_holds_the_seat_and_tells_the_others_where_it_is(bool inFiles)
    {
        await using (var hold = await Seat(inFiles).TryTakeAsync(Cancel))
        {
            Assert.NotNull(hold);
            Assert.Null(await Seat(inFiles).TryTakeAsync(Cancel));
            Assert.Null(await Seat(inFiles).ReadAsync(Cancel));

            await hold.AnnounceAsync(Record);
            Assert.Equal(Record.ClusterId, (await Seat(inFiles).ReadAsync(Cancel))!.ClusterId);
            Assert.Equal(Record.SiloPort, (await Seat(inFiles).ReadAsync(Cancel))!.SiloPort);
        }

        Assert.Null(await Seat(inFiles).ReadAsync(Cancel));
        await using var next = await Seat(inFiles).TryTakeAsync(Cancel);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task A_record_of_a_dead_process_counts_for_nothing()
    {
        (Record with { Pid = int.MaxValue }).Write(_folder.File("server.json"));
        Assert.Null(await Seat(inFiles: true).ReadAsync(Cancel));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_cannot_be_taken()
    {
        var holders = new FakeTimeProvider();
        await using var hold = await new DocumentStoreSeat(_store!.Documents, holders).TryTakeAsync(Cancel);
        var other = Seat(inFiles: false);
        for (int i = 0; i < 6; i++)
        {
            string before = await EtagAsync();
            Assert.Null(await other.TryTakeAsync(Cancel));
            _time.Advance(DocumentStoreSeat.Ttl / 3);
            await Eventually.ReadAsync(
                () =>
                {
                    holders.Advance(DocumentStoreSeat.Ttl / 12);
                    return EtagAsync();
                },
                e => e != before, "renewed", Cancel);
        }
    }

    [Fact]
    public async Task A_silent_holder_loses_the_seat_after_a_whole_ttl_and_learns_of_it()
    {
        // The holder's own clock stands still, as that of a frozen process does.
        var frozen = new FakeTimeProvider();
        await using var hold = await new DocumentStoreSeat(_store!.Documents, frozen).TryTakeAsync(Cancel);
        await hold!.AnnounceAsync(Record);
        var other = Seat(inFiles: false);
        Assert.Null(await other.TryTakeAsync(Cancel));
        _time.Advance(DocumentStoreSeat.Ttl - TimeSpan.FromSeconds(1));
        Assert.Null(await other.TryTakeAsync(Cancel));
        Assert.NotNull(await other.ReadAsync(Cancel));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await other.ReadAsync(Cancel));

        await using var taken = await other.TryTakeAsync(Cancel);
        Assert.NotNull(taken);
        frozen.Advance(DocumentStoreSeat.Ttl / 3);
        await Eventually.ReadAsync(() => Task.FromResult(hold.Lost.IsCancellationRequested), lost => lost, "lost", Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silos_of_one_table_share_the_seat_until_the_last_is_gone(bool inFiles)
    {
        int burials = 0;
        Task CountAsync(CancellationToken cancellationToken)
        {
            burials++;
            return Task.CompletedTask;
        }

        var first = await Seat(inFiles).TryShareAsync(Shared, CountAsync, Cancel);
        var second = await Seat(inFiles).TryShareAsync(Shared with { Pid = 7 }, CountAsync, Cancel);
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Equal(1, burials);
        Assert.Null(await Seat(inFiles).TryTakeAsync(Cancel));

        await first.DisposeAsync();
        Assert.Null(await Seat(inFiles).TryTakeAsync(Cancel));
        Assert.Equal(Shared.Clustering, (await Seat(inFiles).ReadAsync(Cancel))!.Clustering);

        var elsewhere = await Assert.ThrowsAsync<ConflictException>(() => Seat(inFiles).TryShareAsync(Shared with { Clustering = "redis://other:1" }, CountAsync, Cancel));
        Assert.Contains("give --clustering redis://table:1", elsewhere.Message, StringComparison.Ordinal);

        await second.DisposeAsync();
        Assert.Equal(1, burials);
        if (inFiles)
        {
            await using var free = await Seat(inFiles).TryTakeAsync(Cancel);
            Assert.NotNull(free);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_seat_of_one_process_cannot_be_shared(bool inFiles)
    {
        await using var hold = await Seat(inFiles).TryTakeAsync(Cancel);
        await hold!.AnnounceAsync(Record);

        Assert.Null(await Seat(inFiles).TryShareAsync(Shared, _ => throw new InvalidOperationException("somebody serves the store"), Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_dead_must_be_buried_before_the_seat_is_shared(bool inFiles)
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Seat(inFiles).TryShareAsync(Shared, _ => throw new TimeoutException(), Cancel));

        await using var free = await Seat(inFiles).TryTakeAsync(Cancel);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task A_shared_lease_is_renewed_by_whoever_lives_and_runs_out_after_the_last()
    {
        var (first, second) = (new FakeTimeProvider(), new FakeTimeProvider());
        var a = await new DocumentStoreSeat(_store!.Documents, first).TryShareAsync(Shared, _ => Task.CompletedTask, Cancel);
        var b = await new DocumentStoreSeat(_store!.Documents, second).TryShareAsync(Shared, _ => Task.CompletedTask, Cancel);
        await RenewsAsync(first);
        await RenewsAsync(second);
        await RenewsAsync(first);
        Assert.False(a!.Lost.IsCancellationRequested || b!.Lost.IsCancellationRequested);

        await a.DisposeAsync();
        await RenewsAsync(second);
        await b!.DisposeAsync();
        var other = Seat(inFiles: false);
        Assert.Null(await other.TryTakeAsync(Cancel));
        _time.Advance(DocumentStoreSeat.Ttl);
        await using var taken = await other.TryTakeAsync(Cancel);
        Assert.NotNull(taken);
    }

    private async Task RenewsAsync(FakeTimeProvider clock)
    {
        string before = await EtagAsync();
        await Eventually.ReadAsync(
            () =>
            {
                clock.Advance(DocumentStoreSeat.Ttl / 12);
                return EtagAsync();
            },
            e => e != before, "renewed", Cancel);
    }

    private static ServerRecord Shared => Record with { Clustering = "redis://table:1" };

    private static ServerRecord Record { get; } = new(Environment.ProcessId, 1, "cluster", "service", "serve", true, [], SiloPort: 2, Host: "host");

    private IStoreSeat Seat(bool inFiles) => inFiles ? new FileStoreSeat(_folder.Path) : new DocumentStoreSeat(_store!.Documents, _time);

    private async Task<string> EtagAsync() => (await _store!.Documents.FindAsync("server", "primary", Cancel))!.Etag;
}
