using CsCheck;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Stopping;

namespace VinCxr.Core.Tests.Sweeps.Stopping;

/// <summary>The board against the rules over all curves, on random histories with resumed, finished and reopened trials.</summary>
public sealed class StoppingBoardTests
{
    private const int Folds = 2;
    private const int Epochs = 12;

    // Few different scores, so that ties are common.
    private static readonly Gen<(int Trial, int Epoch, int Score, int Event)[]> Histories =
        Gen.Select(Gen.Int[0, 11], Gen.Int[1, Epochs], Gen.Int[0, 6], Gen.Int[0, 9]).Array[1, 120];

    [Theory]
    [InlineData("median")]
    [InlineData("asha")]
    [InlineData("hyperband")]
    [InlineData("fold_race")]
    [InlineData("none")]
    public void The_board_decides_as_the_rule_does_on_all_curves(string method) => Histories.Sample(history =>
    {
        SweepSpec spec = new()
        {
            Name = "s",
            Dataset = "d",
            Settings = new TrialSettings { Train = new TrainSpec { Epochs = Epochs } },
            Stop = new StopSpec(method, GraceEpochs: 2, Divisor: 2),
        };
        IStoppingRule rule = StoppingRules.Create(spec);
        StoppingBoard board = new(spec);
        SortedDictionary<string, TrialCurve> curves = [];
        foreach ((int number, int epoch, int score, int what) in history)
        {
            string id = $"t{number}";
            TrialCurve known = curves.GetValueOrDefault(id) ?? new TrialCurve(id, $"v{number / Folds}", number % Folds, false, []);
            TrialCurve next = what switch
            {
                0 => known with { Finished = true },
                1 => known with { Finished = false },
                // A resumed trial reports epochs again.
                _ => known with { Points = [.. known.Points.Where(p => p.Epoch < epoch), (epoch, score / 6.0)] },
            };
            board.Report(next);
            if (next.Points.Count > 0)
            {
                curves[id] = next;
                Assert.Equal(rule.Decide(next, [.. curves.Values]), board.Decide(id));
            }
        }

        Assert.Equal(curves.Count, board.Curves.Count);
    });

    [Fact]
    public void A_rung_is_named_once_enough_trials_have_reached_it()
    {
        StoppingBoard board = new(new SweepSpec { Name = "s", Dataset = "d", Settings = new TrialSettings(), Stop = new StopSpec("asha", 2, 2) });
        board.Report(new TrialCurve("a", "v0", 0, false, [(1, 0.2), (2, 0.5)]));
        Assert.Null(board.Decide("a").Rung);

        board.Report(new TrialCurve("b", "v1", 0, false, [(1, 0.1), (2, 0.3)]));

        Assert.Equal(new StopDecision(true, "rung 2: 0.3000 against 0.5000, the best 1/2 of 2", 2), board.Decide("b"));
        Assert.Equal((false, 2), (board.Decide("a").Stop, board.Decide("a").Rung));
        Assert.False(board.Report(new TrialCurve("b", "v1", 0, false, [(1, 0.1), (2, 0.3)])));
    }
}
