using CsCheck;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Tests.Simulation;

public class SweepSimulationTests
{
    private static readonly string[] Methods = ["none", "median", "asha", "fold_race"];

    private static readonly SimulationScript Even = new() { Time = new TimeScript(Startup: 10, Epoch: 100, Spread: 0, Jitter: 0) };

    [Theory]
    [InlineData(1, 4 * 310, 1)]
    [InlineData(3, 2 * 310, 2.0 / 3)]
    [InlineData(8, 310, 1)]
    public void WallTimeAndSlotHoursAreThoseOfTheScript(int slots, double seconds, double busy)
    {
        var forecast = Run(Sweep("resources: {max_concurrent: 4}"), Even, slots);
        Assert.Equal(seconds, forecast.Seconds, 6);
        Assert.Equal(4 * 310 / 3600.0, forecast.SlotHours, 9);
        Assert.Equal(forecast.SlotHoursInFull, forecast.SlotHours, 9);
        Assert.Equal(busy, forecast.Busy, 9);
        Assert.Equal((4, 4, 0, 0, 0), (forecast.Started, forecast.Finished, forecast.Pruned, forecast.Failed, forecast.Retried));
    }

    [Fact]
    public void AFractionOfASlotLetsMoreTrialsRunAndCostsLess()
    {
        var forecast = Run(Sweep("resources: {gpus: 0.5, max_concurrent: 4}"), Even, slots: 2);
        Assert.Equal((4, 310.0), (forecast.Places, forecast.Seconds));
        Assert.Equal(2 * 310 / 3600.0, forecast.SlotHours, 9);
    }

    [Fact]
    public void ATrialThatFitsNowhereIsRefused() => Assert.Contains(
        "'4' slots and there are 3",
        Assert.Throws<InvalidInputException>(() => Run(Sweep("resources: {gpus: 1}") with { Resources = new ResourcesSpec(Gpus: 4) }, Even, slots: 3)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("median")]
    [InlineData("asha")]
    [InlineData("hyperband")]
    public void AStoppingRuleSavesTimeAndKeepsGoodVariants(string method)
    {
        var spec = Large($"stop: {{method: {method}, grace_epochs: 2}}");
        var script = new SimulationScript { Curve = new CurveScript(Spread: 0.02, Noise: 0.002) };
        var forecast = Run(spec, script, slots: 10);
        Assert.True(forecast.Pruned > 5, $"{forecast.Pruned} pruned");
        Assert.True(forecast.SlotHours < 0.9 * forecast.SlotHoursInFull, $"{forecast.SlotHours} of {forecast.SlotHoursInFull} hours");
        Assert.All(forecast.Trials.Where(t => t.End == ForecastEnd.Pruned), t => Assert.NotNull(t.Reason));
        double best = forecast.Variants.Max(v => v.Score ?? 0);
        double possible = Run(Large(""), script, slots: 10).Variants.Max(v => v.Score ?? 0);
        Assert.True(best > 0.9 * possible, $"{best} of {possible}");
    }

    [Fact]
    public void TheBudgetLetsRunningTrialsFinishAndStartsNoOthers()
    {
        var forecast = Run(Large("budget: {gpu_hours: 1}\nresources: {max_concurrent: 5}"), Even, slots: 5);
        Assert.True(forecast.BudgetSpent);

        // Five trials of 910 s are 1.26 hours: the second five have started when the hour is full, and no third.
        Assert.Equal((5, 5, 95), (forecast.Started, forecast.Finished, forecast.Trials.Count(t => t.End == ForecastEnd.Cancelled)));
        Assert.Equal(5 * 910 / 3600.0, forecast.SlotHours, 9);
    }

    [Fact]
    public void ErrorsAreRetriedFromTheCheckpointUntilTheirBudgetIsUsedUp()
    {
        MishapRule crash = new() { Kind = MishapKind.Crash, Epoch = 2, Variant = "v0" };
        var forecast = Run(Sweep("retry: {errors: 2}"), Even with { Mishaps = [crash] }, slots: 1);
        Assert.Equal((4, 2, 2, 4), (forecast.Started, forecast.Finished, forecast.Failed, forecast.Retried));
        var failed = forecast.Trials[0];
        Assert.Equal((3, 1), (failed.Attempts.Count, failed.Epoch));
        Assert.Equal([160.0, 60.0, 60.0], failed.Attempts.Select(a => a.End - a.Start));
        Assert.StartsWith("failed 3 times, retry.errors is 2", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryAndLossGetTheirSecondChances()
    {
        MishapRule[] mishaps =
        [
            new() { Kind = MishapKind.Oom, BatchAbove = 4, Variant = "v0" }, new() { Kind = MishapKind.Nan, LrAbove = 0.001, Variant = "v1", Epoch = 1 },
            new() { Kind = MishapKind.Hang, Attempt = 1, Epoch = 3, Fold = 1, Variant = "v1" },
        ];
        var forecast = Run(Sweep("train: {epochs: 3, batch: 16}"), Even with { Mishaps = mishaps }, slots: 4);
        Assert.Equal(4, forecast.Finished);
        Assert.Equal([3, 3, 2, 2], forecast.Trials.Select(t => t.Attempts.Count));
    }

    [Fact]
    public void AHangCostsTheTimeUntilItIsNoticed()
    {
        MishapRule hang = new() { Kind = MishapKind.Hang, Attempt = 1, Epoch = 1, Variant = "v0", Fold = 0 };
        var forecast = Run(Sweep(""), Even with { Mishaps = [hang] }, slots: 4);
        Assert.Equal(60 + SweepSimulation.HangSeconds + 310, forecast.Seconds, 6);
    }

    [Fact]
    public void AMethodThatLearnsSeesResultsBeforeItProposesMore()
    {
        var forecast = Run(Large("search: {method: tpe, max_variants: 20}\nresources: {max_concurrent: 10}", search: ""), Even, slots: 10);
        Assert.Equal(20, forecast.Variants.Count);
        Assert.Equal(100, forecast.Finished);
        double first = forecast.Trials.First(t => t.Variant == "v0").Attempts[0].End;
        Assert.True(forecast.Trials.First(t => t.Variant == "v19").Attempts[0].Start > first);
    }

    [Fact]
    public void NoPlaceRunsTwoTrialsAtOnceAndEqualArgumentsGiveEqualForecasts() => Properties.Hold(
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 1000], Gen.Int[0, Methods.Length - 1], Gen.Double[0.01, 0.5]),
        c =>
        {
            var (slots, seed, method, probability) = c;
            MishapRule[] mishaps = [new() { Kind = MishapKind.Crash, Probability = probability }, new() { Kind = MishapKind.Slow, Probability = 0.2 }];
            var spec = Large($"stop: {{method: {Methods[method]}, grace_epochs: 2}}");
            var script = new SimulationScript { Seed = seed, Mishaps = mishaps };
            var forecast = Run(spec, script, slots);
            foreach (var place in forecast.Trials.SelectMany(t => t.Attempts).GroupBy(a => a.Place))
            {
                var ordered = place.OrderBy(a => a.Start).ToArray();
                Assert.InRange(place.Key, 0, Math.Min(slots, 8) - 1);
                Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
            }

            Assert.Equal(100, forecast.Finished + forecast.Pruned + forecast.Failed);
            var again = Run(spec, script, slots);
            Assert.Equal(forecast.Variants, again.Variants);
            Assert.Equal(forecast.Seconds, again.Seconds);
        },
        iter: 25);

    private static SweepForecast Run(SweepSpec spec, SimulationScript script, int slots) =>
        SweepSimulation.Run(spec, script, slots, cancellationToken: TestContext.Current.CancellationToken);

    private static SweepSpec Sweep(string extra) => SweepFile.ParseOrThrow(
        $$"""
        name: tiny
        dataset: d
        folds: {count: 2}
        {{(extra.Contains("train:", StringComparison.Ordinal) ? "" : "train: {epochs: 3}")}}
        parameters:
          train.lr: {values: [0.001, 0.01]}
        {{extra}}
        """);

    private static SweepSpec Large(string extra, string search = "search: {method: random, max_variants: 20}") => SweepFile.ParseOrThrow(
        $$"""
        name: large
        dataset: d
        train: {epochs: 9}
        parameters:
          train.lr: {min: 1e-5, max: 1, scale: log}
        {{search}}
        {{extra}}
        """);
}
