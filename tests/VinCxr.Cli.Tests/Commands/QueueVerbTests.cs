using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

/// <summary><c>vincxr queue</c> and <c>vincxr node drain</c> on a store without nodes.</summary>
public sealed class QueueVerbTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => _folder.File("store");

    [Fact]
    public async Task A_queue_is_created_changed_in_part_shown_and_removed()
    {
        await CreateStoreAsync();
        Assert.Equal(
            "queue night created: weight 2, slots 8, a user no limit, half-life 12 h, does not preempt",
            (await RunAsync("queue", "set", "night", "--slots", "8", "--weight", "2", "--half-life", "12h", "--no-preempt")).Out.Trim());
        Assert.Equal(
            "queue night changed: weight 2, slots no limit, a user 0.5, half-life 12 h, preempts",
            (await RunAsync("queue", "set", "night", "--slots", "none", "--user-slots", "0.5", "--preempt")).Out.Trim());

        var queues = (await RunAsync("queue", "ls", "-o", "json")).Json;
        Assert.Equal(["default", "night"], queues.EnumerateArray().Select(q => q.GetProperty("name").GetString()));
        Assert.Equal((2.0, 0.5, 12.0), (queues[1].GetProperty("weight").GetDouble(), queues[1].GetProperty("userSlots").GetDouble(), queues[1].GetProperty("halfLifeHours").GetDouble()));
        Assert.Contains("nothing waits", (await RunAsync("queue", "show", "night")).Out, StringComparison.Ordinal);

        await RunAsync("queue", "rm", "night");
        Assert.Equal(1, (await RunAsync("queue", "ls", "-o", "json")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Mistakes_are_told_in_lines_that_quote_them()
    {
        await CreateStoreAsync();
        string limits = string.Join('\n', await FailAsync("queue", "set", "night", "--slots", "0", "--weight", "-1"));
        Assert.Contains("slots: a quota of 0 would start nothing", limits, StringComparison.Ordinal);
        Assert.Contains("weight: -1 must be more than 0", limits, StringComparison.Ordinal);

        Assert.Contains("no queue 'day', known are default", Assert.Single(await FailAsync("queue", "show", "day")), StringComparison.Ordinal);
        Assert.Contains("cannot be removed", Assert.Single(await FailAsync("queue", "rm", "default")), StringComparison.Ordinal);
        Assert.Contains("no node 'ghost', no node trains on this store", Assert.Single(await FailAsync("node", "drain", "ghost")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_are_no_numbers_or_exclude_each_other_are_usage_errors()
    {
        string slots = string.Join('\n', await CommandLine.FailAsync(2, "queue", "set", "q", "--slots", "many", "--store", Store));
        Assert.Contains("--slots: 'many' must be a number of slots or none", slots, StringComparison.Ordinal);
        string both = string.Join('\n', await CommandLine.FailAsync(2, "queue", "set", "q", "--preempt", "--no-preempt", "--store", Store));
        Assert.Contains("exclude each other", both, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task CreateStoreAsync() => await (await Data.Stores.StoreFactory.OpenAsync(Store, create: true, TestContext.Current.CancellationToken)).DisposeAsync();

    private async Task<CommandResult> RunAsync(params string[] args)
    {
        var result = await CommandLine.RunAsync([.. args, "--store", Store]);
        Assert.True(result.ExitCode == 0, string.Join('\n', result.ErrorLines));
        return result;
    }

    private Task<IReadOnlyList<string>> FailAsync(params string[] args) => CommandLine.FailAsync(1, [.. args, "--store", Store]);
}
