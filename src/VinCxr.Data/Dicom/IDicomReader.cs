namespace VinCxr.Data.Dicom;

/// <summary>Reads DICOM (PS3.10) files: metadata and stored pixel values.</summary>
public interface IDicomReader
{
    /// <summary>Parses tags and decodes all frames.</summary>
    /// <exception cref="DicomException">Not DICOM, truncated, no pixel data, unsupported transfer syntax or inconsistent tags; one line.</exception>
    DicomImage Read(ReadOnlyMemory<byte> file);

    /// <summary>Parses tags without touching pixel data.</summary>
    /// <exception cref="DicomException">Not DICOM or truncated before the pixel data.</exception>
    DicomHeader ReadHeader(ReadOnlyMemory<byte> file);
}

/// <summary>A DICOM file that cannot be used; the message is one line that names the reason.</summary>
public sealed class DicomException(string message, Exception? innerException = null) : Core.VinCxrException(message, innerException)
{
    /// <summary>UID of a transfer syntax that the reader does not know how to decode, or null when the file failed for another reason.</summary>
    public string? UnsupportedTransferSyntax { get; init; }
}

/// <summary>What the image plane needs from the tags (PS3.3 C.7.6.3, C.11.1, C.11.2).</summary>
public sealed record DicomHeader
{
    /// <summary>Transfer syntax UID; implicit little endian when the file has none.</summary>
    public required string TransferSyntax { get; init; }

    public required string Photometric { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int BitsAllocated { get; init; }

    public required int BitsStored { get; init; }

    public required int HighBit { get; init; }

    public required bool Signed { get; init; }

    public required int SamplesPerPixel { get; init; }

    public required int PlanarConfiguration { get; init; }

    public required int Frames { get; init; }

    public required bool HasPixelData { get; init; }

    public double RescaleSlope { get; init; } = 1;

    public double RescaleIntercept { get; init; }

    /// <summary>Window centres and widths; empty when the file has none.</summary>
    public IReadOnlyList<(double Center, double Width)> Windows { get; init; } = [];

    /// <summary>VOI LUT function: <c>LINEAR</c> (default), <c>LINEAR_EXACT</c> or <c>SIGMOID</c>.</summary>
    public string VoiFunction { get; init; } = "LINEAR";

    /// <summary>First VOI LUT of the sequence, or null.</summary>
    public DicomLut? VoiLut { get; init; }

    /// <summary>Tags that hold a person's name, id, birth date or institution and are not empty, as <c>(0010,0010) PatientName</c>.</summary>
    public IReadOnlyList<string> PhiTags { get; init; } = [];

    /// <summary>Top-level elements with a short value, for people: tag, VR, keyword, value text (at most 64 characters).</summary>
    public IReadOnlyList<DicomTagText> Tags { get; init; } = [];
}

public sealed record DicomTagText(string Tag, string Vr, string Keyword, string Value);

/// <param name="FirstMapped">First stored value mapped; lower values take the first entry.</param>
/// <param name="Bits">Bits per entry.</param>
public sealed record DicomLut(int FirstMapped, int Bits, ushort[] Entries);

/// <summary>
/// Stored pixel values of all frames as decoded, before rescale and window, in little-endian order: 1 byte a sample up to
/// 8 bits allocated (1-bit samples become 0 or 1), else 2 (two's complement when signed). Order: frame, row, column, sample (colour is interleaved).
/// </summary>
public sealed record DicomImage(DicomHeader Header, byte[] PixelBytes)
{
    /// <summary>Lower-case hex sha256 of <see cref="PixelBytes"/>.</summary>
    public string PixelSha256 => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(PixelBytes));
}
