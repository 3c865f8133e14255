using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class SweepSimulateTests : IDisposable
{
    private const string Sweep = """
        name: x
        dataset: nowhere
        folds: {count: 2}
        train: {epochs: 9}
        parameters:
          train.lr: {values: [0.0001, 0.001, 0.01, 0.1]}
        stop: {method: asha, grace_epochs: 1}
        resources: {max_concurrent: 4}
        budget: {gpu_hours: 5}
        """;

    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_simulated_preview_tells_what_ends_how_and_what_it_costs()
    {
        await File.WriteAllTextAsync(_folder.File("sweep.yaml"), Sweep, Cancel);
        await File.WriteAllTextAsync(_folder.File("script.yaml"), "time: {startup: 0, epoch: 60, spread: 0, jitter: 0}", Cancel);
        string[] command = ["sweep", "preview", _folder.File("sweep.yaml"), "--simulate", "--script", _folder.File("script.yaml"), "--slots", "2"];

        JsonElement forecast = (await CommandLine.RunAsync([.. command, "-o", "json", "--plot", _folder.File("plan.png")])).Json;
        Assert.Equal((8, 8), (forecast.GetProperty("planned").GetInt32(), forecast.GetProperty("started").GetInt32()));
        Assert.Equal(8, forecast.GetProperty("finished").GetInt32() + forecast.GetProperty("pruned").GetInt32());
        Assert.True(forecast.GetProperty("pruned").GetInt32() > 0);
        Assert.Equal(8 * 9 * 60 / 3600.0, forecast.GetProperty("slotHoursInFull").GetDouble(), 9);
        Assert.True(forecast.GetProperty("slotHours").GetDouble() < forecast.GetProperty("slotHoursInFull").GetDouble());
        Assert.Equal((5.0, false), (forecast.GetProperty("budgetHours").GetDouble(), forecast.GetProperty("budgetSpent").GetBoolean()));
        Assert.Equal("v2", forecast.GetProperty("survivors")[0].GetString());
        byte[] png = await File.ReadAllBytesAsync(_folder.File("plan.png"), Cancel);
        Assert.Equal("\u0089PNG", string.Concat(png[..4].Select(b => (char)b)));

        string csv = (await CommandLine.RunAsync([.. command, "-o", "csv"])).Out;
        Assert.Equal("variant,description,score,finished,pruned,failed,epochs,slotHours", csv.Split('\n')[0]);
        Assert.Contains("variants trained on every fold to the end: v2", (await CommandLine.RunAsync(command)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_are_told_in_lines()
    {
        await File.WriteAllTextAsync(_folder.File("sweep.yaml"), Sweep, Cancel);
        await File.WriteAllTextAsync(_folder.File("script.yaml"), "tiem: {epoch: 1}\nmishaps: [{kind: boom}]", Cancel);

        string alone = Assert.Single(await CommandLine.FailAsync(1, "sweep", "preview", _folder.File("sweep.yaml"), "--slots", "3"));
        Assert.Contains("--simulate", alone, StringComparison.Ordinal);
        var lines = await CommandLine.FailAsync(1, "sweep", "preview", _folder.File("sweep.yaml"), "--simulate", "--script", _folder.File("script.yaml"));
        Assert.Equal(["tiem", "mishaps[0].kind"], lines.Select(l => l.Split(": ")[0]));
    }
}
