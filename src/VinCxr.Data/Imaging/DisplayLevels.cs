using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging;

/// <summary>The display level in [0, 1] of every stored code: bits stored, sign, rescale, window, MONOCHROME1.</summary>
internal static class DisplayLevels
{
    /// <param name="useWindow">False ignores the file's window; then, as when it has none, the full range of stored values maps to [0, 1].</param>
    /// <exception cref="DicomException">A rescale slope of 0.</exception>
    public static float[] Of(DicomHeader header, bool useWindow)
    {
        CheckSlope(header);
        Func<double, double> display = (useWindow ? VoiTransform.Of(header) : null) ?? FullRange(header);
        bool inverted = header.Photometric == "MONOCHROME1";
        int bits = header.BitsStored, shift = header.HighBit + 1 - bits, values = 1 << bits;
        var ofValue = new float[values];
        for (int value = 0; value < values; value++)
        {
            int stored = header.Signed && value >= values / 2 ? value - values : value;
            double level = display((stored * header.RescaleSlope) + header.RescaleIntercept);
            ofValue[value] = (float)(inverted ? 1 - level : level);
        }

        // Bits above and below the stored ones may hold overlays (PS3.5 section 8.1.1); they are not part of the value.
        var levels = new float[StoredPixels.Codes];
        if (shift == 0)
        {
            for (int code = 0; code < levels.Length; code += values)
            {
                ofValue.CopyTo(levels, code);
            }

            return levels;
        }

        for (int code = 0; code < levels.Length; code++)
        {
            levels[code] = ofValue[(code >> shift) & (values - 1)];
        }

        return levels;
    }

    /// <exception cref="DicomException">A rescale slope of 0.</exception>
    public static void CheckSlope(DicomHeader header)
    {
        if (header.RescaleSlope == 0)
        {
            throw new DicomException("RescaleSlope is 0, which makes every pixel the same; it must be another number");
        }
    }

    private static Func<double, double> FullRange(DicomHeader header)
    {
        int values = 1 << header.BitsStored;
        int lowest = header.Signed ? -values / 2 : 0;
        double first = (lowest * header.RescaleSlope) + header.RescaleIntercept;
        double last = ((lowest + values - 1) * header.RescaleSlope) + header.RescaleIntercept;
        (double low, double high) = (Math.Min(first, last), Math.Max(first, last));
        return value => (value - low) / (high - low);
    }
}
