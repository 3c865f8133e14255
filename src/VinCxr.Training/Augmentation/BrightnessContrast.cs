using OpenCvSharp;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>Contrast about mid-grey, then brightness; pixels stay in [0, 1].</summary>
/// <param name="brightness">Added, ± fraction of full scale.</param>
/// <param name="contrast">Factor drawn from 1 ± this.</param>
public sealed class BrightnessContrast(double brightness, double contrast) : IAugmentation
{
    public Sample Apply(Sample sample, Random random, Func<Sample> drawOther)
    {
        double factor = 1 + contrast * (2 * random.NextDouble() - 1);
        double offset = brightness * (2 * random.NextDouble() - 1);
        if (factor == 1 && offset == 0)
        {
            return sample;
        }

        Mat pixels = sample.Pixels;
        pixels.ConvertTo(pixels, MatType.CV_32FC1, factor, 0.5 - 0.5 * factor + offset);
        Cv2.Max(pixels, 0.0, pixels);
        Cv2.Min(pixels, 1.0, pixels);
        return sample;
    }
}
