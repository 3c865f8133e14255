using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging;

/// <summary>Modality values to display levels in [0, 1]: the first usable window, else the VOI LUT (PS3.3 C.11.2).</summary>
internal static class VoiTransform
{
    /// <summary>The header's own transform, or null when it has none that can be used.</summary>
    /// <exception cref="DicomException">A VOI LUT function that the standard does not know.</exception>
    public static Func<double, double>? Of(DicomHeader header)
    {
        if (header.VoiLut is { } lut)
        {
            return value => Look(lut, value);
        }

        if (Usable(header) is not { } window)
        {
            return null;
        }

        (double center, double width) = window;
        return header.VoiFunction switch
        {
            "LINEAR" => value => Linear(value, center, width),
            "LINEAR_EXACT" => value => Math.Clamp(((value - center) / width) + 0.5, 0, 1),
            _ => value => 1 / (1 + Math.Exp(-4 * (value - center) / width)),
        };
    }

    /// <summary>The same transform as the two bounds of a straight line from 0 to 1, or null when it is none.</summary>
    /// <exception cref="DicomException">A VOI LUT function that the standard does not know.</exception>
    public static VoiLine? LineOf(DicomHeader header)
    {
        if (header.VoiLut is not null)
        {
            return null;
        }

        if (Usable(header) is not { } window)
        {
            return VoiLine.FullRange;
        }

        (double center, double width) = window;
        return header.VoiFunction switch
        {
            "LINEAR" when width > 1 => new VoiLine(center - 0.5 - ((width - 1) / 2), center - 0.5 + ((width - 1) / 2)),
            "LINEAR_EXACT" => new VoiLine(center - (width / 2), center + (width / 2)),
            _ => null,
        };
    }

    /// <summary>The windows of a header that can be used, first to last.</summary>
    /// <exception cref="DicomException">A VOI LUT function that the standard does not know.</exception>
    public static IEnumerable<(double Center, double Width)> UsableWindows(DicomHeader header) => header.Windows.Where(window => header.VoiFunction switch
    {
        "LINEAR" => window.Width >= 1,
        "LINEAR_EXACT" or "SIGMOID" => window.Width > 0,
        _ => throw new DicomException($"VOI LUT function '{header.VoiFunction}' is unknown; LINEAR, LINEAR_EXACT and SIGMOID are known"),
    });

    private static (double Center, double Width)? Usable(DicomHeader header)
    {
        foreach (var window in UsableWindows(header))
        {
            return window;
        }

        return null;
    }

    /// <summary>PS3.3 C.11.2.1.2.1, with y in [0, 1].</summary>
    private static double Linear(double value, double center, double width)
    {
        double low = center - 0.5 - ((width - 1) / 2), high = center - 0.5 + ((width - 1) / 2);
        return value <= low ? 0
            : value > high ? 1
            : ((value - (center - 0.5)) / (width - 1)) + 0.5;
    }

    /// <summary>PS3.3 C.11.2.1.1: values outside the table take its first or last entry.</summary>
    private static double Look(DicomLut lut, double value)
    {
        double index = Math.Round(value) - lut.FirstMapped;
        ushort entry = lut.Entries[(int)Math.Clamp(index, 0, lut.Entries.Length - 1)];
        return Math.Min(1, entry / (double)((1 << lut.Bits) - 1));
    }
}
