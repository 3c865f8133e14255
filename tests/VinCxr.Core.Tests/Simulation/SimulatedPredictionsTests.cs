using VinCxr.Core.Detection;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Tests.Simulation;

public class SimulatedPredictionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(1)]
    public void TheRealMetricGivesTheWantedQuality(double quality)
    {
        var curve = new CurveScript(quality, quality, 1, 0, 0, 0);
        var trial = new SimulatedTrial(new SimulationScript { Curve = curve }, new TrialSettings(), fold: 0);
        var images = SimulatedTruth.Images(3000);
        double map = MeanAveragePrecision.Evaluate(SimulatedTruth.TruthOf(images), trial.Predict(images, SimulatedTruth.Classes), SimulatedTruth.Classes).Map;

        // Recall of a class is binomial over at least 1000 boxes; five standard deviations of the mean of three classes.
        Assert.Equal(quality, map, 5 * Math.Sqrt(0.25 / 1000 / 3));
    }

    [Fact]
    public void BoxesAreValidAndLieInTheirImages()
    {
        var images = SimulatedTruth.Images(600);
        var trial = new SimulatedTrial(new SimulationScript(), new TrialSettings(), fold: 1);
        Assert.All(trial.Predict(images, SimulatedTruth.Classes), p =>
        {
            Assert.True(p.Box.IsValid);
            Assert.True(p.Box is { XMin: >= 0, YMin: >= 0, XMax: <= 1000, YMax: <= 800 });
            Assert.InRange(p.Confidence, 0, 1);
        });
    }
}
