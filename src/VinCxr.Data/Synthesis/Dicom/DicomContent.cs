namespace VinCxr.Data.Synthesis.Dicom;

/// <summary>How pixel data lies in a written file (PS3.5 Annex A).</summary>
public enum DicomEncoding
{
    ImplicitLittleEndian,
    ExplicitLittleEndian,
    DeflatedExplicitLittleEndian,

    /// <summary>RLE lossless, PS3.5 Annex G.</summary>
    RunLength,

    /// <summary>JPEG 2000 lossless, PS3.5 A.4.4; needs 16 bits stored because the codestream's precision is 16.</summary>
    Jpeg2000Lossless,
}

/// <summary>What a written file holds: one grey frame of 16-bit words and the tags around it.</summary>
public sealed record DicomContent
{
    /// <summary>Number from which the file's UIDs are made; the same number gives the same UIDs.</summary>
    public required UInt128 Identity { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    /// <summary>Stored values, row-major, each below 2^<see cref="BitsStored"/>.</summary>
    public required ushort[] Pixels { get; init; }

    /// <summary>10 to 16 (bits allocated are always 16).</summary>
    public int BitsStored { get; init; } = 16;

    public DicomEncoding Encoding { get; init; } = DicomEncoding.ExplicitLittleEndian;

    /// <summary>MONOCHROME1: the smallest value is white.</summary>
    public bool Monochrome1 { get; init; }

    /// <summary>Centre and width in rescaled units, or null for a file without a window.</summary>
    public (double Center, double Width)? Window { get; init; }

    /// <summary>Output = stored * slope + intercept, or null for a file without the tags.</summary>
    public (double Slope, double Intercept)? Rescale { get; init; }

    /// <summary><c>F</c>, <c>M</c>, <c>O</c> or empty.</summary>
    public string PatientSex { get; init; } = "";

    /// <summary>PS3.5 age string such as <c>045Y</c>; real files also hold a bare <c>Y</c>.</summary>
    public string PatientAge { get; init; } = "";

    /// <summary>Millimetres between pixels, both ways.</summary>
    public double PixelSpacing { get; init; } = 0.5;
}
