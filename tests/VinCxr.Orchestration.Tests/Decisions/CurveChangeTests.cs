using CsCheck;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Tests.Decisions;

public sealed class CurveChangeTests
{
    private static readonly Gen<TrialCurve> Curves =
        Gen.Select(Gen.Int[0, 5].Array[0, 6], Gen.Bool).Select(c => new TrialCurve("t", "v0", 0, c.Item2, [.. c.Item1.Select((s, i) => (i + 1, s / 5.0))]));

    [Fact]
    public void A_curve_is_what_its_logged_changes_make_of_it() => Curves.Array[1, 8].Sample(history =>
    {
        TrialCurve? before = null;
        var restored = new TrialCurve("t", "v0", 0, false, []);
        foreach (var curve in history)
        {
            var change = StateJson.Read<CurveChange>(StateJson.Write(CurveChange.Between(7, before, curve, running: true)));
            restored = change.ApplyTo(restored);
            Assert.Equal(curve.Points, restored.Points);
            Assert.Equal((curve.Finished, 7), (restored.Finished, change.Trial));
            before = curve;
        }
    });
}
