using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>Finds the data sets nested in an element, also where the file does not say that it is a sequence.</summary>
internal static class SequenceItems
{
    /// <summary>Nesting beyond this is an attack, not a radiograph.</summary>
    public const int DeepestNesting = 64;

    private static ReadOnlySpan<byte> LittleEndianItem => [0xFE, 0xFF, 0x00, 0xE0];

    /// <summary>
    /// A value of VR UN that reads as a list of items is one, in implicit VR little endian (PS3.5 section 6.2.2): the dictionary of an implicit
    /// file does not know every sequence.
    /// </summary>
    /// <param name="encoding">How the items are written.</param>
    /// <returns>Null for an element that is no sequence.</returns>
    /// <exception cref="DicomException">A damaged sequence.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? Of(DicomElement element, out DicomEncoding encoding)
    {
        encoding = element.Encoding;
        if (element.Vr == "SQ")
        {
            return Read(element, encoding);
        }

        if (element.Vr != "UN" || !element.Value.Span.StartsWith(LittleEndianItem))
        {
            return null;
        }

        encoding = DicomEncoding.ImplicitLittle;
        try
        {
            return Read(element, encoding);
        }
        catch (DicomException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte>[] Read(DicomElement element, DicomEncoding encoding) =>
        [.. new ElementReader(element.Value, encoding).Items(element.Tag)];
}
