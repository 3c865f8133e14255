using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api;

public sealed class SweepFileCheckTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_sound_file_tells_what_it_takes()
    {
        var report = await CheckAsync(ApiServer.Yaml("sound", epochs: 7) + "\nbudget: {gpu_hours: 12}\nresources: {priority: 60}");

        Assert.Empty(report.Errors);
        Assert.Equal((2, 2, 4), (report.Variants.Count, report.Folds, report.Trials));
        Assert.Equal(("default", 60, 28L, 12.0), (report.Cost!.Queue, report.Cost.Priority, report.Cost.Epochs, report.Cost.BudgetHours));
        Assert.InRange(report.Cost.MemoryMb!.Value, 512, 2048);
    }

    [Fact]
    public async Task Every_mistake_has_its_line()
    {
        var report = await CheckAsync("name: a\ndataset: phantoms\ntrain:\n  epochs: 0\n  lr: fast\n");

        Assert.Equal([("train.epochs", 4), ("train.lr", 5)], report.Errors.Select(e => (e.Path, e.Line ?? 0)));
        Assert.Null(report.Cost);
    }

    [Fact]
    public async Task What_submitting_would_miss_is_a_mistake_too()
    {
        var report = await CheckAsync("name: a\n\ndataset: nowhere\nresources:\n  queue: night\n");

        Assert.Equal([("dataset", 3), ("resources.queue", 5)], report.Errors.Select(e => (e.Path, e.Line ?? 0)));
        Assert.Contains("known are phantoms", report.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_nesting_is_one_mistake_and_the_server_lives()
    {
        var report = await CheckAsync("name: a\ndataset: " + new string('[', 200_000));

        Assert.Contains("nested deeper", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        Assert.Empty((await CheckAsync(ApiServer.Yaml("after"))).Errors);
    }

    private async Task<SweepFileReport> CheckAsync(string yaml)
    {
        using var response = await server.Client.PostAsync("sweeps/validate", new StringContent(yaml, null, "application/yaml"), TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<SweepFileReport>(ApiJson.Options, TestContext.Current.CancellationToken))!;
    }
}
