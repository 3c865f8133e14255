using OpenCvSharp;
using VinCxr.Core.Detection;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>Left-right mirror.</summary>
public sealed class HorizontalFlip(double probability) : IAugmentation
{
    public Sample Apply(Sample sample, Random random, Func<Sample> drawOther)
    {
        if (random.NextDouble() >= probability)
        {
            return sample;
        }

        Cv2.Flip(sample.Pixels, sample.Pixels, FlipMode.Y);
        for (int i = 0; i < sample.Boxes.Count; i++)
        {
            Box box = sample.Boxes[i].Box;
            sample.Boxes[i] = sample.Boxes[i] with { Box = box with { XMin = sample.Width - box.XMax, XMax = sample.Width - box.XMin } };
        }

        return sample;
    }
}
