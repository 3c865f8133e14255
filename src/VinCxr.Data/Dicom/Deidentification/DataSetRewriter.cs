using System.Text;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>
/// Copies a data set element by element and applies the profile, also inside sequences. What the profile leaves alone is copied byte by byte,
/// pixel data above all. Group lengths (gggg,0000), retired long ago and wrong after the rewrite, are left out.
/// </summary>
/// <param name="earlierMethod">DeidentificationMethod that the file has already, or null.</param>
internal sealed class DataSetRewriter(string? earlierMethod)
{
    private static readonly DicomTag IdentityRemoved = new(0x0012, 0x0062);
    private static readonly DicomTag Method = new(0x0012, 0x0063);

    /// <exception cref="DicomException">Damaged, or nested too deep to be sure of what it holds.</exception>
    public void Rewrite(ReadOnlyMemory<byte> body, DicomEncoding encoding, Stream output)
    {
        bool isMarked = false;
        ReadOnlyMemory<byte>? behindPixels = null;
        var reader = new ElementReader(body, encoding);
        int start = 0;
        while (behindPixels is null && reader.Next() is { } element)
        {
            var raw = body[start..reader.Position];
            start = reader.Position;
            if (IsDropped(element.Tag) || element.Tag == IdentityRemoved || element.Tag == Method)
            {
                continue;
            }

            if (!isMarked && IsAfterMark(element.Tag))
            {
                WriteMark(new ElementOutput(output, encoding));
                isMarked = true;
            }

            if (element.Tag == DicomTag.PixelData)
            {
                int end = EndOfPixels(element, raw.Length);
                output.Write(raw.Span[..end]);
                behindPixels = body[(start - raw.Length + end)..];
            }
            else
            {
                Write(element, raw, encoding, output, depth: 0);
            }
        }

        if (!isMarked)
        {
            WriteMark(new ElementOutput(output, encoding));
        }

        if (behindPixels is { } rest)
        {
            WriteRest(rest, encoding, output);
        }
    }

    /// <summary>Padding, signatures and private groups may follow the pixels; what cannot be read there is nothing that anybody reads, and is dropped.</summary>
    private static void WriteRest(ReadOnlyMemory<byte> rest, DicomEncoding encoding, Stream output)
    {
        try
        {
            CopyElements(rest, encoding, output, depth: 0);
        }
        catch (DicomException)
        {
            // Whole elements up to here are written.
        }
    }

    private static void CopyElements(ReadOnlyMemory<byte> bytes, DicomEncoding encoding, Stream output, int depth)
    {
        var reader = new ElementReader(bytes, encoding);
        int start = 0;
        while (reader.Next() is { } element)
        {
            Write(element, bytes[start..reader.Position], encoding, output, depth);
            start = reader.Position;
        }
    }

    private static void Write(DicomElement element, ReadOnlyMemory<byte> raw, DicomEncoding encoding, Stream output, int depth)
    {
        if (IsDropped(element.Tag))
        {
            return;
        }

        var elements = new ElementOutput(output, encoding);
        switch (ConfidentialityProfile.Find(element.Tag)?.Action)
        {
            case ConfidentialityAction.Empty:
                elements.Write(element.Tag, element.Vr, []);
                break;
            case ConfidentialityAction.Dummy:
                elements.Write(element.Tag, element.Vr, element.Value.Length == 0 ? [] : ConfidentialityProfile.DummyText);
                break;
            default:
                WriteKept(element, raw, elements, output, depth);
                break;
        }
    }

    private static void WriteKept(DicomElement element, ReadOnlyMemory<byte> raw, ElementOutput elements, Stream output, int depth)
    {
        if (SequenceItems.Of(element, out var nested) is not { } items)
        {
            output.Write(raw.Span);
            return;
        }

        if (depth == SequenceItems.DeepestNesting)
        {
            throw new DicomException($"sequence {element.Tag} nests deeper than {SequenceItems.DeepestNesting} levels");
        }

        using var content = new MemoryStream();
        var itemOutput = new ElementOutput(content, nested);
        bool isChanged = false;
        foreach (var item in items)
        {
            using var copy = new MemoryStream(item.Length);
            CopyElements(item, nested, copy, depth + 1);
            var bytes = copy.GetBuffer().AsSpan(0, (int)copy.Length);
            isChanged |= !bytes.SequenceEqual(item.Span);
            itemOutput.WriteItem(bytes);
        }

        if (!isChanged)
        {
            output.Write(raw.Span);
            return;
        }

        // A UN sequence holds implicit VR items inside an explicit file; calling it SQ would have them read as explicit.
        string vr = element.Encoding == nested ? element.Vr : "UN";
        elements.WriteSequence(element.Tag, vr, content.GetBuffer().AsSpan(0, (int)content.Length), element.DeclaredLength is null);
    }

    /// <summary>Where encapsulated pixels end inside an element that holds all that is left of the file; fragments that do not add up are taken whole.</summary>
    private static int EndOfPixels(DicomElement element, int rawLength)
    {
        if (element.DeclaredLength is not null)
        {
            return rawLength;
        }

        try
        {
            var fragments = new ElementReader(element.Value, element.Encoding);
            foreach (var _ in fragments.Items(element.Tag))
            {
                // Only the position behind the last one matters.
            }

            return rawLength - element.Value.Length + fragments.Position;
        }
        catch (DicomException)
        {
            return rawLength;
        }
    }

    private static bool IsDropped(DicomTag tag) =>
        tag.IsPrivate || tag.Element == 0 || ConfidentialityProfile.Find(tag)?.Action == ConfidentialityAction.Remove;

    private static bool IsAfterMark(DicomTag tag) => (tag.Group, tag.Element).CompareTo((Method.Group, Method.Element)) > 0;

    /// <summary>PatientIdentityRemoved and DeidentificationMethod (PS3.15 section E.1.1); a method that was there before stays.</summary>
    private void WriteMark(ElementOutput elements)
    {
        elements.Write(IdentityRemoved, "CS", "YES "u8);
        string method = earlierMethod is null ? ConfidentialityProfile.Method
            : earlierMethod.Split('\\').Contains(ConfidentialityProfile.Method, StringComparer.Ordinal) ? earlierMethod
            : $@"{earlierMethod}\{ConfidentialityProfile.Method}";
        elements.Write(Method, "LO", Encoding.Latin1.GetBytes(method.Length % 2 == 0 ? method : method + " "));
    }
}
