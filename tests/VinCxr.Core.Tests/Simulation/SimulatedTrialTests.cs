using System.Text.Json;
using CsCheck;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Tests.Simulation;

public class SimulatedTrialTests
{
    private static readonly Gen<(TrialSettings Settings, int Fold, int Seed, int[] Cuts)> Cases = Gen.Select(
        Gen.Double[1e-5, 1], Gen.Int[1, 12], Gen.Int[0, 4], Gen.Int[0, 1000], Gen.Int[0, 12].Array[0, 6],
        (lr, epochs, fold, seed, cuts) => (Settings(lr, epochs), fold, seed, cuts));

    [Fact]
    public void AnInterruptedTrialReportsAndPredictsWhatAnUninterruptedOneDoes() => Properties.Hold(
        Cases,
        c =>
        {
            var script = new SimulationScript { Seed = c.Seed };
            var trial = new SimulatedTrial(script, c.Settings, c.Fold);
            var whole = trial.Plan(new AttemptConditions()).ToArray();
            List<SimulatedEvent> stitched = [];
            int done = 0;
            long attempt = 1;
            foreach (int cut in c.Cuts.Where(cut => cut <= c.Settings.Train.Epochs).Order())
            {
                stitched.AddRange(Facts(trial.Plan(new AttemptConditions(attempt++, done))).TakeWhile(e => EpochOf(e) <= cut));
                done = Math.Max(done, cut);
            }

            // Another process reads the settings from a file.
            var settings = JsonSerializer.Deserialize<TrialSettings>(JsonSerializer.Serialize(c.Settings, TrainerProtocol.Json), TrainerProtocol.Json)!;
            var last = new SimulatedTrial(script, settings, c.Fold);
            stitched.AddRange(Facts(last.Plan(new AttemptConditions(attempt, done, BatchHalvings: 1))));
            Assert.Equal(Facts(whole).Select(Describe), stitched.Select(Describe));
            Assert.Equal(trial.Predict(SimulatedTruth.Images(5), SimulatedTruth.Classes), last.Predict(SimulatedTruth.Images(5), SimulatedTruth.Classes));
        },
        iter: 300);

    [Fact]
    public void EveryPlanIsInOrderOfTimeAndHasOneLastEvent() => Properties.Hold(
        Gen.Select(Cases, Gen.Enum<MishapKind>(), Gen.Double[0.01, 1]),
        c =>
        {
            var ((settings, fold, seed, _), kind, probability) = c;
            var script = new SimulationScript { Seed = seed, Mishaps = [new MishapRule { Kind = kind, Probability = probability, Lines = ["a", "b"] }] };
            var events = new SimulatedTrial(script, settings, fold).Plan(new AttemptConditions()).ToArray();
            Assert.Equal(events.Select(e => e.At).Order(), events.Select(e => e.At));
            Assert.IsType<AttemptBegun>(events[0]);
            Assert.Single(events, e => e is TrialFinished or AttemptFailed or ProcessDied or WentSilent);
            Assert.True(events[^1] is TrialFinished or AttemptFailed or ProcessDied or WentSilent);
        },
        iter: 300);

    [Fact]
    public void MoreEpochsLeaveTheEarlierOnesAsTheyWere()
    {
        var script = new SimulationScript();
        var before = new SimulatedTrial(script, Settings(0.01, 3), 0);
        var after = new SimulatedTrial(script, Settings(0.01, 9), 0);
        Assert.All(Enumerable.Range(1, 3), e => Assert.Equal(before.ScoreAfter(e), after.ScoreAfter(e)));
    }

    [Fact]
    public void QualityFollowsTheFormulaAndIsBestAtTheBestSetting()
    {
        var script = new SimulationScript { Curve = new CurveScript(0.1, 0.5, HalfLife: 2, Spread: 0, FoldSpread: 0, Noise: 0) };
        var trial = new SimulatedTrial(script, Settings(0.01, 8), 0);
        Assert.Equal(0.1 + (0.4 * (1 - Math.Pow(2, -1.5))), trial.ScoreAfter(3), 12);
        Assert.Equal(0.1 + (((0.5 * Math.Exp(-0.5)) - 0.1) * 0.5), new SimulatedTrial(script, Settings(0.1, 8), 0).QualityAfter(2), 12);
    }

    [Fact]
    public void FoldsSeedsAndSettingsGiveDifferentCurves()
    {
        var script = new SimulationScript();
        double[] scores =
        [
            new SimulatedTrial(script, Settings(0.01, 3), 0).ScoreAfter(2),
            new SimulatedTrial(script, Settings(0.01, 3), 1).ScoreAfter(2),
            new SimulatedTrial(script, Settings(0.02, 3), 0).ScoreAfter(2),
            new SimulatedTrial(script with { Seed = 2 }, Settings(0.01, 3), 0).ScoreAfter(2),
        ];
        Assert.Equal(scores.Length, scores.Distinct().Count());
    }

    [Theory]
    [InlineData("sweep-1a2b3c-v12-f3", "v12")]
    [InlineData("alone", "")]
    public void TheVariantIsReadFromTheTrialId(string id, string variant) => Assert.Equal(variant, SimulatedTrial.VariantOf(id));

    private static TrialSettings Settings(double lr, int epochs) => new() { Train = new TrainSpec { Lr = lr, Epochs = epochs } };

    private static IEnumerable<SimulatedEvent> Facts(IEnumerable<SimulatedEvent> events) => events.Where(e => e is EpochTrained or CheckpointDue or TrialFinished);

    private static int EpochOf(SimulatedEvent happened) => happened switch
    {
        EpochTrained trained => trained.Epoch,
        CheckpointDue due => due.Epoch,
        _ => int.MaxValue,
    };

    /// <summary>All but the clock of the attempt and its batch.</summary>
    private static string Describe(SimulatedEvent happened) => happened switch
    {
        EpochTrained trained => $"{trained.Epoch} {trained.Step} {trained.Values["map40"]:R} {trained.Values["loss"]:R} {trained.Values["epoch_seconds"]:R}",
        CheckpointDue due => $"checkpoint {due.Epoch} {due.IsBest}",
        TrialFinished finished => $"finished {finished.Epoch}",
        _ => "",
    };
}
