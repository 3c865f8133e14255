using VinCxr.Core.Simulation;

namespace VinCxr.Core.Tests.Simulation;

public class SimulationScriptTests
{
    [Fact]
    public void EverythingIsRead()
    {
        var script = SimulationScript.Parse(
            """
            seed: 5
            curve: {floor: 0.1, ceiling: 0.6, half_life: 2, spread: 0.2, fold_spread: 0, noise: 0.01}
            response:
              train.lr: {best: 0.003, width: 0.5, scale: log}
              model.image_size: {best: 1024, width: 400}
            time: {startup: 1, epoch: 2, spread: 0, jitter: 0.5}
            memory: {base_mb: 10, per_image_mb: 3}
            mishaps:
              - {kind: crash, variant: v1, fold: 0, attempt: 1, epoch: 2, signal: 11, probability: 0.5}
              - {kind: oom, batch_above: 8}
              - {kind: nan, lr_above: 0.01}
              - {kind: slow, factor: 3}
              - {kind: log, lines: ["ECC error"]}
            """);
        Assert.Equal(5, script.Seed);
        Assert.Equal(new CurveScript(0.1, 0.6, 2, 0.2, 0, 0.01), script.Curve);
        Assert.Equal(new ResponseScript(0.003, 0.5, "log"), script.Response["train.lr"]);
        Assert.Equal(new TimeScript(1, 2, 0, 0.5), script.Time);
        Assert.Equal(34, script.Memory.Of(8));
        Assert.Equal([MishapKind.Crash, MishapKind.Oom, MishapKind.Nan, MishapKind.Slow, MishapKind.Log], script.Mishaps.Select(m => m.Kind));
        Assert.Equal((11, 0.5, "v1"), (script.Mishaps[0].Signal, script.Mishaps[0].Probability, script.Mishaps[0].Variant));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"seed": 1, "mishaps": []}""")]
    public void AnEmptyScriptHasTheDefaults(string text) => Assert.Equal(new SimulationScript().Curve, SimulationScript.Parse(text).Curve);

    [Fact]
    public void EveryMistakeIsReportedOnceAndQuotesTheValue()
    {
        var error = Assert.Throws<InvalidInputException>(() => SimulationScript.Parse(
            """
            sed: 5
            curve: {ceiling: 7, half_life: soon}
            response:
              train.rl: {best: 0.01, width: -1}
            time: {epoch: -3}
            mishaps:
              - {kind: crush}
              - {kind: crash, exit_code: 300, signal: 9}
              - {kind: log}
            """));
        Assert.Equal(
            [
                "sed: unknown key; known here: seed, curve, response, time, memory, mishaps; did you mean 'seed'?",
                "curve.half_life: 'soon' is not a number",
                "mishaps[0].kind: 'crush' is not one of crash, oom, nan, hang, slow, log; did you mean 'crash'?",
                "curve.ceiling: '7' is not allowed; must be a number from 0.02 to 1",
                "response.train.rl: no numeric setting that can be searched; did you mean 'train.lr'?",
                "response.train.rl.width: '-1' is not allowed; must be a number above 0",
                "time.epoch: '-3' is not allowed; must be a number from 0 to 10000000",
                "mishaps[1].exit_code: '300' is not allowed; must be a number from 1 to 255",
                "mishaps[1]: has both 'exit_code' and 'signal'; keep one",
                "mishaps[2].lines: is missing; give the lines to log",
            ],
            error.Errors);
    }

    [Theory]
    [InlineData("[1, 2]", "the file: must be a mapping of keys to values")]
    [InlineData("seed: {", "not valid YAML at line ")]
    [InlineData("mishaps: crash", "mishaps: must be a list")]
    public void WhatIsNoScriptIsRefused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => SimulationScript.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void AScriptMadeInCodeIsCheckedToo() => Assert.Equal(
        ["time.jitter: '2' is not allowed; must be a number from 0 to 0.99"],
        Assert.Throws<InvalidInputException>(() => new SimulationScript { Time = new TimeScript(Jitter: 2) }.Checked()).Errors);
}
