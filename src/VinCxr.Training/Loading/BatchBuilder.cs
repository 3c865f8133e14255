using System.Collections.Concurrent;
using VinCxr.Core.Trials;
using VinCxr.Training.Augmentation;

namespace VinCxr.Training.Loading;

/// <summary>
/// Builds training batches. What a batch holds depends on (seed, epoch, batch index) only, so that any number of threads may build any
/// of them in any order.
/// </summary>
/// <param name="batchSize">Images per batch; the last batch of an epoch is filled up from the epoch's first images.</param>
public sealed class BatchBuilder(EpochSampler sampler, AugmentationPipeline pipeline, int batchSize, int seed)
{
    private readonly ConcurrentBag<Batch> _free = [];

    public int BatchSize => batchSize;

    public int BatchesPerEpoch => (sampler.Count + batchSize - 1) / batchSize;

    public LabelledImage[] Order(int epoch) => sampler.Order(epoch);

    /// <param name="order">What <see cref="Order"/> gave for the epoch.</param>
    public Batch Build(LabelledImage[] order, int epoch, int batchIndex)
    {
        Batch batch = _free.TryTake(out Batch? used) ? used : new Batch(batchSize, pipeline.ImageSize, _free.Add);
        batch.Targets.Clear();
        int pixels = batch.Size * batch.Size;
        for (int i = 0; i < batchSize; i++)
        {
            int position = batchIndex * batchSize + i;
            using Sample sample = pipeline.Build(order, position % order.Length, SeededRandom.At(seed, epoch, position));
            sample.Pixels.AsSpan<float>().CopyTo(batch.Pixels.AsSpan(i * pixels, pixels));
            foreach (SampleBox item in sample.Boxes)
            {
                double side = batch.Size;
                batch.Targets.Add(i);
                batch.Targets.Add(item.ClassIndex);
                batch.Targets.Add((float)((item.Box.XMin + item.Box.XMax) / 2 / side));
                batch.Targets.Add((float)((item.Box.YMin + item.Box.YMax) / 2 / side));
                batch.Targets.Add((float)(item.Box.Width / side));
                batch.Targets.Add((float)(item.Box.Height / side));
            }
        }

        return batch;
    }
}
