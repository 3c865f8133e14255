using System.Runtime.InteropServices;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging.Reduction;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Data.Imaging;

/// <summary>
/// Stored values to display plane: rescale, VOI window or LUT (PS3.3 C.11.2), MONOCHROME1 inversion, the chain of named steps,
/// area-averaged reduction so that the longest side is <see cref="PreprocessSpec.Size"/> (never enlarged), 8 or 16 bits.
/// </summary>
public static class ImagePreparation
{
    /// <summary>Changes whenever the same file would prepare to other pixels; part of every shard's key.</summary>
    public const string Version = "2";

    /// <exception cref="DicomException">Not a single-frame grey (or RGB, taken as luma) image.</exception>
    /// <exception cref="InvalidInputException">A spec with an unknown window or transform, a size below 1 or bits other than 8 and 16.</exception>
    public static Plane Prepare(DicomImage image, PreprocessSpec spec)
    {
        Check(spec);
        return Prepare(image.Header, image.PixelBytes, StoredRowFormat.OfDecoded(image.Header), spec);
    }

    /// <param name="stored">The samples of the frame, row by row; read where they lie.</param>
    /// <inheritdoc cref="Prepare(DicomImage, PreprocessSpec)"/>
    internal static Plane Prepare(DicomHeader header, ReadOnlyMemory<byte> stored, StoredRowFormat format, PreprocessSpec spec)
    {
        using LinearReduction? linear = LinearReduction.Of(header, spec, format);
        if (linear is not null)
        {
            linear.Add(stored.Span);
            return linear.Finish();
        }

        return PrepareByTable(header, stored, spec);
    }

    /// <summary>The general way: a table with the level of every code, whatever the display and the transform.</summary>
    /// <param name="decoded">As <see cref="DicomImage.PixelBytes"/>.</param>
    internal static Plane PrepareByTable(DicomHeader header, ReadOnlyMemory<byte> decoded, PreprocessSpec spec)
    {
        IReadOnlyList<ITransformStep> steps = TransformSteps.Of(spec.Transform);
        var working = new WorkingImage(StoredPixels.Of(header, decoded), DisplayLevels.Of(header, useWindow: spec.Window == "voi"));
        foreach (ITransformStep step in steps)
        {
            step.Apply(working);
        }

        StoredPixels pixels = working.Pixels;
        (int width, int height) = AreaReduction.Fit(pixels.Width, pixels.Height, spec.Size);
        var bytes = new byte[width * height * (spec.Bits / 8)];
        AreaReduction.Run(
            pixels,
            working.Levels,
            width,
            height,
            spec.Bits == 8
                ? (row, means) => To8Bits(means, bytes.AsSpan(row * width, width))
                : (row, means) => To16Bits(means, MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(2 * row * width, 2 * width))));
        return new Plane(width, height, spec.Bits, bytes) { Region = working.Region };
    }

    /// <exception cref="InvalidInputException">An unknown window, a size below 1 or bits other than 8 and 16.</exception>
    internal static void Check(PreprocessSpec spec)
    {
        if (spec.Bits is not (8 or 16))
        {
            throw new InvalidInputException($"preprocess.bits is {spec.Bits}; 8 and 16 are allowed");
        }

        if (spec.Size < 1)
        {
            throw new InvalidInputException($"preprocess.size is {spec.Size}; it must be at least 1 pixel");
        }

        if (spec.Window is not ("voi" or "none"))
        {
            throw new InvalidInputException($"preprocess.window is '{spec.Window}'; voi and none are allowed");
        }
    }

    private static void To8Bits(ReadOnlySpan<float> levels, Span<byte> line)
    {
        for (int x = 0; x < line.Length; x++)
        {
            line[x] = (byte)Math.Clamp((levels[x] * byte.MaxValue) + 0.5f, 0, byte.MaxValue);
        }
    }

    private static void To16Bits(ReadOnlySpan<float> levels, Span<ushort> line)
    {
        for (int x = 0; x < line.Length; x++)
        {
            line[x] = (ushort)Math.Clamp((levels[x] * ushort.MaxValue) + 0.5f, 0, ushort.MaxValue);
        }
    }
}
