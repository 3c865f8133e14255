using System.Runtime.InteropServices;
using OpenCvSharp;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Trials;
using VinCxr.Data.Sharding;

namespace VinCxr.Training.Loading;

/// <summary>Reads images scaled to the network's size. Thread-safe.</summary>
/// <param name="imageSize">Longest side of what is read, pixels.</param>
public sealed class SampleReader(IImageSource source, ClassList classes, int imageSize)
{
    private readonly Dictionary<int, int> _classIndex = classes.Findings.Select((c, i) => (c.Id, i)).ToDictionary(p => p.Id, p => p.i);

    public int ImageSize => imageSize;

    /// <summary>The image and its boxes scaled so that the longest side is <see cref="ImageSize"/>, not padded.</summary>
    /// <exception cref="NotFoundException">The source lacks the image.</exception>
    /// <exception cref="InvalidInputException">A box has a class that is not in the class list.</exception>
    public Sample Read(LabelledImage image)
    {
        var boxes = new List<SampleBox>(image.Boxes.Count);
        (Mat pixels, Letterbox letterbox) = ReadPixels(image.ImageId);
        foreach (LabelledBox label in image.Boxes)
        {
            if (label.ClassId == classes.NoFindingId)
            {
                continue;
            }

            if (!_classIndex.TryGetValue(label.ClassId, out int index))
            {
                pixels.Dispose();
                throw new InvalidInputException($"image '{image.ImageId}' has a box of class {label.ClassId}, which is not in the class list");
            }

            boxes.Add(new SampleBox(index, letterbox.Scale(label.Box)));
        }

        var sample = new Sample(pixels, boxes);
        sample.ClipBoxes();
        return sample;
    }

    /// <summary>The padded network input of an image and how it was mapped; the caller disposes the pixels.</summary>
    public (Sample Sample, Letterbox Letterbox) ReadPadded(string imageId)
    {
        (Mat pixels, Letterbox letterbox) = ReadPixels(imageId);
        return (Letterbox.Pad(new Sample(pixels, []), imageSize), letterbox);
    }

    private unsafe (Mat Pixels, Letterbox Letterbox) ReadPixels(string imageId)
    {
        PreparedImage image = source.Describe(imageId);
        var letterbox = Letterbox.For(image, imageSize);
        using PlanePixels bytes = source.Pixels(imageId);
        fixed (byte* first = &MemoryMarshal.GetReference(bytes.Span))
        {
            using Mat stored = Mat.FromPixelData(
                image.Height, image.Width, image.Bits == 8 ? MatType.CV_8UC1 : MatType.CV_16UC1, (IntPtr)first);
            bool shrinks = letterbox.Width < image.Width || letterbox.Height < image.Height;
            using var scaled = new Mat();
            Cv2.Resize(
                stored, scaled, new Size(letterbox.Width, letterbox.Height), 0, 0, shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
            var pixels = new Mat();
            scaled.ConvertTo(pixels, MatType.CV_32FC1, image.Bits == 8 ? 1.0 / 255 : 1.0 / 65535);
            return (pixels, letterbox);
        }
    }
}
