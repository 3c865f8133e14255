using VinCxr.Core.Sweeps;
using VinCxr.Training.Loop;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Loop;

public sealed class ScheduleTests
{
    [Fact]
    public void Rises_through_the_warm_up_peaks_and_falls_to_the_final_fraction()
    {
        var schedule = new LearningRateSchedule(new TrainSpec { Epochs = 10, Lr = 0.1, FinalLrFraction = 0.01, WarmupEpochs = 2 }, stepsPerEpoch: 10);
        Assert.Equal(0.1 / 20, schedule.At(1), 1e-6);
        Assert.True(schedule.At(20) > 0.09);
        Assert.Equal(0.001, schedule.At(100), 1e-12);
        Assert.All(Enumerable.Range(20, 80), step => Assert.True(schedule.At(step) > schedule.At(step + 1)));
    }

    [Fact]
    public void A_warm_up_longer_than_the_run_takes_half_of_it() =>
        Assert.True(new LearningRateSchedule(new TrainSpec { Epochs = 2, Lr = 0.1, WarmupEpochs = 3 }, 10).At(10) > 0.05);

    [Theory]
    [InlineData(16, 1, 0, 16, 1)]
    [InlineData(16, 1, 2, 4, 4)]
    [InlineData(16, 2, 1, 8, 4)]
    [InlineData(6, 1, 9, 1, 6)]
    [InlineData(100, 1, 0, 40, 1)]
    public void Halving_the_batch_keeps_the_images_of_a_step(int batch, int accumulate, int halvings, int expectedBatch, int expectedAccumulate)
    {
        TrainingPlan plan = TrainingPlan.For(new TrainSpec { Batch = batch, Accumulate = accumulate, Epochs = 5 }, imagesPerEpoch: 40, halvings);
        Assert.Equal((expectedBatch, expectedAccumulate), (plan.Batch, plan.Accumulate));
        Assert.Equal(TrainingPlan.For(new TrainSpec { Batch = batch, Accumulate = accumulate, Epochs = 5 }, 40, 0).StepsPerEpoch, plan.StepsPerEpoch);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(30, 3)]
    public void Validates_about_ten_times_a_run(int epochs, int every) =>
        Assert.Equal(every, TrainingPlan.For(new TrainSpec { Epochs = epochs }, 10, 0).ValidateEvery);

    [Fact]
    public void The_average_follows_the_ramped_decay()
    {
        using TinyDetector live = new(2), average = new(2);
        var ema = new WeightAverage(live, average, decay: 0.9, totalSteps: 50);
        ema.Reset();
        using (no_grad())
        {
            foreach (var parameter in live.parameters())
            {
                parameter.add_(1);
            }
        }

        using var scope = NewDisposeScope();
        Tensor before = average.parameters().First().clone();
        ema.Update(step: 5);
        double decay = 0.9 * (1 - Math.Exp(-5 / 10.0));
        Assert.True(average.parameters().First().allclose(before + (1 - decay), atol: 1e-6));
    }
}
