using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>Turns a pixel data element into the stored values of all frames, laid out as <see cref="DicomImage"/> describes.</summary>
internal interface IPixelDecoder
{
    /// <exception cref="DicomException">Pixel data that is truncated, damaged or at odds with the layout.</exception>
    byte[] Decode(DicomElement pixelData, PixelLayout layout);
}
