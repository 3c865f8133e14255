using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Training.Augmentation;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Tests.Loading;

public sealed class BatchLoaderTests
{
    private static readonly SquareImages Squares = SquareImages.Draw(22, seed: 1);

    [Fact]
    public void Batches_are_the_same_for_any_number_of_workers_and_from_any_start()
    {
        List<(float[] Pixels, float[] Targets)> one = Load(Builder(Squares.Images), firstBatch: 0, workers: 1);
        List<(float[] Pixels, float[] Targets)> eight = Load(Builder(Squares.Images), firstBatch: 0, workers: 8);
        List<(float[] Pixels, float[] Targets)> late = Load(Builder(Squares.Images), firstBatch: 4, workers: 3);
        Assert.Equal(6, one.Count);
        AssertSame(one, eight);
        AssertSame(one[4..], late);
    }

    [Fact]
    public void The_last_batch_is_filled_up_so_that_every_image_is_seen()
    {
        BatchBuilder builder = Builder(Squares.Images, new AugmentSpec { Mosaic = 0, Hflip = 0, Scale = 0, Translate = 0, Brightness = 0, Contrast = 0 });
        List<(float[] Pixels, float[] Targets)> batches = Load(builder, 0, 2);
        Assert.Equal(24, batches.Sum(b => b.Targets.Length / 6));
    }

    [Fact]
    public void A_missing_image_reaches_the_reader_of_the_batch()
    {
        LabelledImage[] images = [.. Squares.Images, Squares.Images[0] with { ImageId = "gone" }];
        var error = Assert.Throws<NotFoundException>(() => Load(Builder(images, new AugmentSpec { Mosaic = 0 }), 0, 2));
        Assert.Contains("gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaving_in_mid_epoch_gives_every_buffer_back()
    {
        BatchBuilder builder = Builder(Squares.Images);
        using (var loader = new BatchLoader(builder, 0, 0, 4, CancellationToken.None))
        {
            loader.Next()!.Dispose();
        }

        Assert.Equal(6, Load(builder, 0, 4).Count);
    }

    [Fact]
    public void Cancelling_wakes_a_waiting_reader()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var loader = new BatchLoader(Builder(Squares.Images), 0, 0, 1, cancelled.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => loader.Next());
    }

    private static void AssertSame(List<(float[] Pixels, float[] Targets)> expected, List<(float[] Pixels, float[] Targets)> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Pixels, actual[i].Pixels);
            Assert.Equal(expected[i].Targets, actual[i].Targets);
        }
    }

    private static BatchBuilder Builder(IReadOnlyList<LabelledImage> images, AugmentSpec? augment = null)
    {
        var reader = new SampleReader(Squares.Source, SquareImages.Classes, 64);
        var pipeline = new AugmentationPipeline(reader, augment ?? new AugmentSpec { Mixup = 0.3, Cutmix = 0.3, Degrees = 10 });
        return new BatchBuilder(new EpochSampler(images, 0, seed: 5), pipeline, batchSize: 4, seed: 5);
    }

    private static List<(float[] Pixels, float[] Targets)> Load(BatchBuilder builder, int firstBatch, int workers)
    {
        var batches = new List<(float[], float[])>();
        using var loader = new BatchLoader(builder, epoch: 2, firstBatch, workers, CancellationToken.None);
        while (loader.Next() is { } batch)
        {
            using (batch)
            {
                batches.Add(((float[])batch.Pixels.Clone(), batch.Targets.ToArray()));
            }
        }

        return batches;
    }
}
