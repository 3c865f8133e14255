using VinCxr.Core.Scheduling;
using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Tests.Scheduling;

public sealed class MemoryEstimateTests
{
    [Fact]
    public void Every_model_of_every_family_is_counted_and_larger_ones_need_more()
    {
        foreach (var (family, variants) in ModelFamilies.All)
        {
            int[] needed = [.. variants.Select(v => MemoryEstimate.OfTraining(new ModelSpec(family, v), new TrainSpec())!.Value)];
            Assert.Equal(needed.Order(), needed);
        }

        Assert.Null(MemoryEstimate.OfTraining(new ModelSpec("other"), new TrainSpec()));
    }

    /// <summary>3 x 23.65M + 12.97M values of 4 bytes, 15 % on top, for each of 16 images; 7.06M parameters of 16 bytes; 75 MiB of images; 512 MiB.</summary>
    [Fact]
    public void The_small_model_at_640_in_batches_of_16()
    {
        double byHand = 512 + (7.06e6 * 16 / 1048576) + (16 * 83.92e6 * 4 * 1.15 / 1048576) + 75;
        Assert.Equal(byHand, MemoryEstimate.OfTraining(new ModelSpec(), new TrainSpec())!.Value, 1.0);
    }

    [Fact]
    public void What_varies_grows_with_the_batch_and_the_area_and_halves_with_the_precision()
    {
        double Above(int batch, int size, string precision = "fp32") =>
            MemoryEstimate.OfTraining(new ModelSpec(ImageSize: size), new TrainSpec { Batch = batch, Precision = precision })!.Value
            - MemoryEstimate.OfTraining(new ModelSpec(ImageSize: size), new TrainSpec { Batch = 0, Precision = precision })!.Value;

        Assert.Equal(2, Above(16, 640) / Above(8, 640), 0.01);
        Assert.Equal(4, Above(4, 1280) / Above(4, 640), 0.01);
        Assert.Equal(0.5, Above(16, 640, "bf16") / Above(16, 640), 0.02);
    }
}
