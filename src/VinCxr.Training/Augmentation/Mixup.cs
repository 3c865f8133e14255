using OpenCvSharp;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>
/// Blends in another image and takes the boxes of both (Zhang et al. 2018; for detection Zhang et al. 2019), with a share drawn from
/// Beta(32, 32) as YOLOv5 does, so that both images stay visible.
/// </summary>
public sealed class Mixup(int size, double probability) : IAugmentation
{
    private const int Shape = 32;

    public Sample Apply(Sample sample, Random random, Func<Sample> drawOther)
    {
        if (random.NextDouble() >= probability)
        {
            return sample;
        }

        using Sample other = Letterbox.Pad(drawOther(), size);
        double first = Gamma(random), share = first / (first + Gamma(random));
        Cv2.AddWeighted(sample.Pixels, share, other.Pixels, 1 - share, 0, sample.Pixels);
        sample.Boxes.AddRange(other.Boxes);
        return sample;
    }

    // A gamma variable of whole shape is a sum of exponential ones, and a beta variable a ratio of gamma ones.
    private static double Gamma(Random random)
    {
        double sum = 0;
        for (int i = 0; i < Shape; i++)
        {
            sum -= Math.Log(1 - random.NextDouble());
        }

        return sum;
    }
}
