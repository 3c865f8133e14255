using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Tests.Simulation;

public class MishapTests
{
    [Fact]
    public void ARuleHoldsOnlyWhereAllOfItsConditionsFit()
    {
        var rule = new MishapRule { Kind = MishapKind.Crash, Variant = "v1", Fold = 2, Attempt = 1, Epoch = 3, Signal = 11 };
        var died = Assert.IsType<ProcessDied>(Last(rule, new AttemptConditions(), "v1", 2));
        Assert.Equal((139, 11), (died.ExitCode, died.Signal));
        Assert.IsType<TrialFinished>(Last(rule, new AttemptConditions(), "v2", 2));
        Assert.IsType<TrialFinished>(Last(rule, new AttemptConditions(), "v1", 1));
        Assert.IsType<TrialFinished>(Last(rule, new AttemptConditions(Attempt: 2), "v1", 2));
        Assert.IsType<TrialFinished>(Last(rule, new AttemptConditions(ResumeEpoch: 3), "v1", 2));
    }

    [Fact]
    public void TheCrashComesInTheMiddleOfItsEpoch()
    {
        var events = Plan(new MishapRule { Kind = MishapKind.Crash, Epoch = 3, ExitCode = 7 }, new AttemptConditions());
        Assert.Equal([1, 2], events.OfType<EpochTrained>().Select(e => e.Epoch));
        Assert.Equal(7, Assert.IsType<ProcessDied>(events[^1]).ExitCode);
        Assert.InRange(events[^1].At, events[^2].At + TimeSpan.FromTicks(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public void MemoryRunsOutUntilTheBatchIsSmallEnough()
    {
        var rule = new MishapRule { Kind = MishapKind.Oom, BatchAbove = 4 };
        Assert.Equal("oom", Assert.IsType<AttemptFailed>(Last(rule, new AttemptConditions())).Kind);
        Assert.Equal("oom", Assert.IsType<AttemptFailed>(Last(rule, new AttemptConditions(BatchHalvings: 1))).Kind);
        Assert.IsType<TrialFinished>(Last(rule, new AttemptConditions(BatchHalvings: 2)));
    }

    [Fact]
    public void TheLossIsFiniteAgainWithALowerLearningRate()
    {
        var rule = new MishapRule { Kind = MishapKind.Nan, LrAbove = 0.005 };
        Assert.Equal("nan", Assert.IsType<AttemptFailed>(Last(rule, new AttemptConditions())).Kind);
        Assert.IsType<TrialFinished>(Last(rule, new AttemptConditions(LrFactor: 0.5)));
    }

    [Fact]
    public void ASlowTrialTakesLongerFromItsEpochOnAndComputesTheSame()
    {
        var slow = Plan(new MishapRule { Kind = MishapKind.Slow, Epoch = 3, Factor = 10 }, new AttemptConditions()).OfType<EpochTrained>().ToArray();
        var usual = Plan(null, new AttemptConditions()).OfType<EpochTrained>().ToArray();
        Assert.Equal(usual[1].At, slow[1].At);
        Assert.Equal(usual[2].Values["epoch_seconds"] * 10, slow[2].Values["epoch_seconds"], 9);
        Assert.Equal(usual.Select(e => e.Values["map40"]), slow.Select(e => e.Values["map40"]));
    }

    [Fact]
    public void LinesAreLoggedAndTrainingGoesOn()
    {
        var events = Plan(new MishapRule { Kind = MishapKind.Log, Epoch = 2, Lines = ["ECC error", "twice"] }, new AttemptConditions());
        Assert.Equal(["ECC error", "twice"], events.OfType<LineLogged>().Select(e => e.Text));
        Assert.IsType<TrialFinished>(events[^1]);
    }

    [Fact]
    public void AShareOfAttemptsIsHitAndEachAttemptIsDrawnAnew()
    {
        var rule = new MishapRule { Kind = MishapKind.Hang, Probability = 0.3 };
        int hit = Enumerable.Range(1, 2000).Count(attempt => Last(rule, new AttemptConditions(attempt)) is WentSilent);

        // Binomial, five standard deviations.
        Assert.InRange(hit, 600 - (5 * Math.Sqrt(2000 * 0.3 * 0.7)), 600 + (5 * Math.Sqrt(2000 * 0.3 * 0.7)));
        Assert.Equal(Last(rule, new AttemptConditions(5)), Last(rule, new AttemptConditions(5)));
    }

    private static SimulatedEvent[] Plan(MishapRule? rule, AttemptConditions conditions, string variant = "v0", int fold = 0) =>
    [
        .. new SimulatedTrial(
            new SimulationScript { Mishaps = rule is null ? [] : [rule] },
            new TrialSettings { Train = new TrainSpec { Epochs = 5 } }, fold, variant).Plan(conditions),
    ];

    private static SimulatedEvent Last(MishapRule rule, AttemptConditions conditions, string variant = "v0", int fold = 0) => Plan(rule, conditions, variant, fold)[^1];
}
