using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging;

/// <summary>
/// An image before any window, for whoever applies windows of their own: 16-bit samples on a straight line over all values that the stored bits can
/// hold, and what the header says of how to show them.
/// </summary>
/// <param name="Plane">16 bits.</param>
/// <param name="Low">Modality value (after rescale) of sample 0.</param>
/// <param name="High">Modality value of sample 65535; below <paramref name="Low"/> where the rescale slope is negative.</param>
/// <param name="Windows">Usable windows of the file in modality values, first to last; none is common.</param>
/// <param name="VoiFunction"><c>LINEAR</c>, <c>LINEAR_EXACT</c> or <c>SIGMOID</c>.</param>
/// <param name="HasVoiLut">The file has a table in place of windows.</param>
/// <param name="IsInverted">MONOCHROME1: high values are dark.</param>
public sealed record StoredPlane(
    Plane Plane, double Low, double High, IReadOnlyList<(double Center, double Width)> Windows, string VoiFunction, bool HasVoiLut, bool IsInverted)
{
    /// <param name="size">Longest side, pixels; larger images are reduced by area averages, smaller ones stay.</param>
    /// <exception cref="DicomException">It cannot be read or is no grey radiograph.</exception>
    /// <exception cref="InvalidInputException">A size below 1.</exception>
    public static StoredPlane Of(DicomImage image, int size)
    {
        DicomHeader header = image.Header;
        DisplayLevels.CheckSlope(header);

        // Full range, no inversion, no rescale: the level of a stored value is its place among all that the bits can hold.
        DicomHeader plain = header with
        {
            RescaleSlope = 1,
            RescaleIntercept = 0,
            Photometric = header.Photometric == "MONOCHROME1" ? "MONOCHROME2" : header.Photometric,
        };
        Plane plane = ImagePreparation.Prepare(image with { Header = plain }, new PreprocessSpec(size, "none", "none", 16));
        int values = 1 << header.BitsStored, lowest = header.Signed ? -values / 2 : 0;
        return new StoredPlane(
            plane,
            (lowest * header.RescaleSlope) + header.RescaleIntercept,
            ((lowest + values - 1) * header.RescaleSlope) + header.RescaleIntercept,
            [.. VoiTransform.UsableWindows(header)],
            header.VoiFunction,
            header.VoiLut is not null,
            header.Photometric == "MONOCHROME1");
    }
}
