using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>Lists the attributes of a file that may identify a person: those of <see cref="ConfidentialityProfile"/> that have a value, and private groups.</summary>
internal static class PhiScan
{
    private static readonly DicomTag BurnedInAnnotation = new(0x0028, 0x0301);

    /// <returns>
    /// <c>(gggg,eeee) Keyword</c>, <c>(gggg,xxxx) private group</c> and, where the file says that its pixels show text about the patient,
    /// BurnedInAnnotation; each once, wherever it stands, in tag order. Never a value.
    /// </returns>
    /// <exception cref="DicomException">Not DICOM, or damaged.</exception>
    public static IReadOnlyList<string> Find(ReadOnlyMemory<byte> file)
    {
        var syntax = DicomFile.Open(file).Syntax;
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Scan(Part10File.Cut(file, syntax).Body, syntax.Encoding, found, depth: 0);
        return [.. found];
    }

    private static void Scan(ReadOnlyMemory<byte> bytes, DicomEncoding encoding, SortedSet<string> found, int depth)
    {
        var reader = new ElementReader(bytes, encoding);
        while (reader.Next() is { } element)
        {
            if (element.Tag == DicomTag.PixelData)
            {
                return;
            }

            if (element.Tag.IsPrivate)
            {
                found.Add($"({element.Tag.Group:X4},xxxx) private group");
                continue;
            }

            if (ConfidentialityProfile.Find(element.Tag) is { } attribute)
            {
                if (HasValue(element))
                {
                    found.Add($"{element.Tag} {attribute.Keyword}");
                }
            }
            else if (element.Tag == BurnedInAnnotation && element.Value.Span.StartsWith("YES"u8))
            {
                found.Add(DicomDataSet.Name(element.Tag));
            }
            else if (depth < SequenceItems.DeepestNesting && SequenceItems.Of(element, out var nested) is { } items)
            {
                foreach (var item in items)
                {
                    Scan(item, nested, found, depth + 1);
                }
            }
        }
    }

    /// <summary>Padding (blanks, nulls) is no value, and neither is the dummy.</summary>
    private static bool HasValue(DicomElement element) =>
        element.Value.Span.ContainsAnyExcept((byte)' ', (byte)0) && !element.Value.Span.SequenceEqual(ConfidentialityProfile.DummyText);
}
