using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging;

/// <summary>
/// Stored values to display plane: rescale, VOI window or LUT (PS3.3 C.11.2), MONOCHROME1 inversion, named transform,
/// area-averaged reduction so that the longest side is <see cref="PreprocessSpec.Size"/> (never enlarged), 8 or 16 bits.
/// </summary>
public static class ImagePreparation
{
    /// <summary>Changes whenever the same file would prepare to other pixels; part of every shard's key.</summary>
    public const string Version = "1";

    /// <exception cref="DicomException">Not a single-frame grey (or RGB, taken as luma) image.</exception>
    public static Plane Prepare(DicomImage image, PreprocessSpec spec) => throw new NotImplementedException();
}
