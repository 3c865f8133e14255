using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Datasets;

/// <summary>
/// What an image's header says beyond its pixels, for statistics. Follows from the file, which the version names by its sha256, so it is no part
/// of the version. Text is as the file has it, trimmed; null where the file has none.
/// </summary>
public sealed record ImageFacts
{
    /// <summary>PatientSex (0010,0040), usually <c>M</c>, <c>F</c> or <c>O</c>.</summary>
    public string? Sex { get; init; }

    /// <summary>PatientAge (0010,1010), four characters by the standard, as <c>060Y</c>, <c>018M</c>, <c>003D</c>.</summary>
    public string? Age { get; init; }

    public string? Modality { get; init; }

    public string? ViewPosition { get; init; }

    public string? Manufacturer { get; init; }

    /// <summary>PixelSpacing (0028,0030), else ImagerPixelSpacing (0018,1164), as <c>row\column</c> in mm.</summary>
    public string? PixelSpacing { get; init; }

    public int BitsAllocated { get; init; }

    public bool Signed { get; init; }

    public double RescaleSlope { get; init; } = 1;

    public double RescaleIntercept { get; init; }

    /// <summary>Centre of the first window; null when the file has none.</summary>
    public double? WindowCenter { get; init; }

    /// <summary>Width of the first window; null when the file has none.</summary>
    public double? WindowWidth { get; init; }

    /// <summary>Window pairs of the file.</summary>
    public int Windows { get; init; }

    public bool HasVoiLut { get; init; }

    internal static ImageFacts Of(DicomHeader header)
    {
        bool hasWindow = header.Windows.Count > 0;
        return new ImageFacts
        {
            Sex = Text(0x0010, 0x0040),
            Age = Text(0x0010, 0x1010),
            Modality = Text(0x0008, 0x0060),
            ViewPosition = Text(0x0018, 0x5101),
            Manufacturer = Text(0x0008, 0x0070),
            PixelSpacing = Text(0x0028, 0x0030) ?? Text(0x0018, 0x1164),
            BitsAllocated = header.BitsAllocated,
            Signed = header.Signed,
            RescaleSlope = header.RescaleSlope,
            RescaleIntercept = header.RescaleIntercept,
            WindowCenter = hasWindow ? header.Windows[0].Center : null,
            WindowWidth = hasWindow ? header.Windows[0].Width : null,
            Windows = header.Windows.Count,
            HasVoiLut = header.VoiLut is not null,
        };

        string? Text(ushort group, ushort element)
        {
            string tag = new DicomTag(group, element).ToString();
            return header.Tags.FirstOrDefault(t => t.Tag == tag)?.Value is { Length: > 0 } value ? value : null;
        }
    }
}
