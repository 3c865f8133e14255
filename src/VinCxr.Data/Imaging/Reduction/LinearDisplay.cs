using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// The display level of a stored value where it is a straight line between two bounds: rescale (PS3.3 C.11.1) and a linear window
/// (C.11.2.1.2) or the full range. Such a line may be applied to a mean of clamped codes instead of to every pixel, and codes add up in integers.
/// </summary>
/// <param name="Codes">Stored bits to codes that ascend with the stored value.</param>
/// <param name="Scale">Steps to a code, so that the bounds are whole.</param>
/// <param name="Low">Lowest step that differs from those below it; steps lie in [0, Scale * 65,535].</param>
/// <param name="High">Highest step that differs from those above it.</param>
/// <param name="LevelAtLow">Level in [0, 1] at <paramref name="Low"/>.</param>
/// <param name="LevelAtHigh">Level in [0, 1] at <paramref name="High"/>.</param>
/// <param name="Descends">The lowest code is the brightest; told apart even where a window is so wide that both levels are the same number.</param>
internal readonly record struct LinearDisplay(
    CodeBits Codes, int Scale, uint Low, uint High, double LevelAtLow, double LevelAtHigh, bool Descends)
{
    /// <summary>Windows of odd widths have their bounds half-way between codes, rescale slopes of tenths and quarters move them further.</summary>
    private const int LargestScale = 20;

    /// <summary>Of a code; far below what 16 bits can show.</summary>
    private const double Tolerance = 1e-7;

    /// <returns>Null where the level is no such line: a VOI LUT, a sigmoid, a window of one value, or no value inside the window.</returns>
    /// <exception cref="DicomException">A VOI LUT function that the standard does not know, or a rescale slope of 0.</exception>
    public static LinearDisplay? Of(DicomHeader header, bool useWindow)
    {
        DisplayLevels.CheckSlope(header);
        if ((useWindow ? VoiTransform.LineOf(header) : VoiLine.FullRange) is not { } line)
        {
            return null;
        }

        CodeBits codes = CodeBits.Of(header);
        (double low, double high) = line.IsFullRange ? (0, codes.Largest) : (CodeOf(line.Low), CodeOf(line.High));
        bool descends = header.RescaleSlope < 0 != (header.Photometric == "MONOCHROME1");
        double below = Math.Min(low, high), above = Math.Max(low, high), from = Math.Max(below, 0), to = Math.Min(above, codes.Largest);
        if (!(from < to) || FindScale(from, to) is not { } scale)
        {
            return null;
        }

        double atFrom = (from - below) / (above - below), atTo = (to - below) / (above - below);
        return new LinearDisplay(
            codes,
            scale,
            (uint)Math.Round(from * scale),
            (uint)Math.Round(to * scale),
            descends ? 1 - atFrom : atFrom,
            descends ? 1 - atTo : atTo,
            descends);

        double CodeOf(double modality) => ((modality - header.RescaleIntercept) / header.RescaleSlope) + codes.Bias;
    }

    private static int? FindScale(double low, double high)
    {
        for (int scale = 1; scale <= LargestScale; scale++)
        {
            if (IsWhole(low * scale) && IsWhole(high * scale))
            {
                return scale;
            }
        }

        return null;
    }

    private static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < Tolerance;
}
