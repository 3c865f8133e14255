namespace VinCxr.Data.Dicom.Parsing;

/// <summary>
/// Walks the elements of one data set (PS3.5 section 7). Every step consumes at least eight bytes and nothing is allocated from a
/// claimed length, so time and memory are bounded by the bytes at hand, whatever these say.
/// </summary>
internal sealed class ElementReader(ReadOnlyMemory<byte> bytes, DicomEncoding encoding)
{
    private const uint Undefined = 0xFFFFFFFF;
    private const int DeepestNesting = 64;

    public int Position { get; private set; }

    private int Remaining => bytes.Length - Position;

    /// <summary>Next element, or null at the end of the bytes or at an item delimiter.</summary>
    /// <exception cref="DicomException">The bytes end inside the element.</exception>
    public DicomElement? Next()
    {
        if (Remaining == 0)
        {
            return null;
        }

        Header header = ReadHeader();
        if (header.Tag == DicomTag.PixelData)
        {
            return PixelData(header);
        }

        if (header.Tag.Group == DicomTag.Item.Group)
        {
            return header.Tag == DicomTag.ItemDelimitation || header.Tag == DicomTag.SequenceDelimitation
                ? null
                : throw new DicomException($"{header.Tag} at byte {Position - 8} is no element of a data set: the file is damaged");
        }

        int start = Position;
        if (header.Length == Undefined)
        {
            // PS3.5 section 6.2.2: UN of undefined length is a sequence written with implicit VR, little endian.
            DicomEncoding nested = header.Vr == "UN" ? DicomEncoding.ImplicitLittle : encoding;
            var items = new ElementReader(bytes[start..], nested);
            int length = items.SkipItems(header.Tag, depth: 0);
            Position = start + items.Position;
            return new DicomElement(header.Tag, "SQ", bytes.Slice(start, length), null, nested);
        }

        Skip(header);
        return new DicomElement(header.Tag, header.Vr, bytes[start..Position], header.Length, encoding);
    }

    /// <summary>Items of a sequence value; each is the bytes of one nested data set.</summary>
    /// <exception cref="DicomException">Not a list of items.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Items(DicomTag sequence)
    {
        while (Remaining > 0)
        {
            Header item = ReadHeader();
            if (item.Tag == DicomTag.SequenceDelimitation)
            {
                yield break;
            }

            int start = Position;
            int length = SkipItem(item, sequence, depth: 0);
            yield return bytes.Slice(start, length);
        }
    }

    /// <summary>Moves past the items of a sequence of undefined length and its delimiter; returns the length of the items alone.</summary>
    private int SkipItems(DicomTag sequence, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new DicomException($"sequence {sequence} nests deeper than {DeepestNesting} levels");
        }

        int start = Position;
        while (true)
        {
            int end = Position;
            Header item = ReadHeader();
            if (item.Tag == DicomTag.SequenceDelimitation)
            {
                return end - start;
            }

            SkipItem(item, sequence, depth);
        }
    }

    private int SkipItem(Header item, DicomTag sequence, int depth)
    {
        if (item.Tag != DicomTag.Item)
        {
            throw new DicomException($"sequence {sequence} holds {item.Tag} where an item {DicomTag.Item} belongs: the file is damaged");
        }

        int start = Position;
        if (item.Length != Undefined)
        {
            Skip(item);
            return Position - start;
        }

        while (true)
        {
            int end = Position;
            Header inner = ReadHeader();
            if (inner.Tag == DicomTag.ItemDelimitation)
            {
                return end - start;
            }

            if (inner.Length != Undefined)
            {
                Skip(inner);
                continue;
            }

            var items = new ElementReader(bytes[Position..], inner.Vr == "UN" ? DicomEncoding.ImplicitLittle : encoding);
            items.SkipItems(inner.Tag, depth + 1);
            Position += items.Position;
        }
    }

    private DicomElement PixelData(Header header)
    {
        int start = Position;
        int length = header.Length == Undefined ? Remaining : (int)Math.Min(header.Length, (uint)Remaining);
        Position += length;
        return new DicomElement(
            header.Tag, header.Vr, bytes.Slice(start, length), header.Length == Undefined ? null : header.Length, encoding);
    }

    private Header ReadHeader()
    {
        if (Remaining < 8)
        {
            throw new DicomException($"the file is truncated: {Remaining} bytes left at byte {Position} where an element header needs 8");
        }

        ReadOnlySpan<byte> at = bytes.Span[Position..];
        var tag = new DicomTag(encoding.U16(at), encoding.U16(at[2..]));
        if (!encoding.ExplicitVr || tag.Group == DicomTag.Item.Group)
        {
            Position += 8;
            return new Header(tag, DicomDictionary.Find(tag)?.Vr ?? "UN", encoding.U32(at[4..]));
        }

        switch (ValueRepresentation.Classify(at[4], at[5], out string vr))
        {
            case ValueRepresentation.HeaderForm.Short:
            case ValueRepresentation.HeaderForm.Unknown when !LooksLong(at):
                Position += 8;
                return new Header(tag, vr, encoding.U16(at[6..]));
            case ValueRepresentation.HeaderForm.NotLetters:
                // Some writers slip elements without a VR into explicit data sets; their length has the implicit form.
                Position += 8;
                return new Header(tag, vr, encoding.U32(at[4..]));
            default:
                return LongHeader(tag, vr, at);
        }
    }

    private Header LongHeader(DicomTag tag, string vr, ReadOnlySpan<byte> at)
    {
        if (at.Length < 12)
        {
            throw new DicomException($"the file is truncated: {at.Length} bytes left where the header of {tag} needs 12");
        }

        Position += 12;
        return new Header(tag, vr, encoding.U32(at[8..]));
    }

    /// <summary>Unknown VRs of later editions take the long form (PS3.5 section 7.1.2), but broken writers use the short one.</summary>
    private bool LooksLong(ReadOnlySpan<byte> at)
    {
        if (at.Length < 12 || encoding.U16(at[6..]) != 0)
        {
            return false;
        }

        uint length = encoding.U32(at[8..]);
        return length == Undefined || length <= at.Length - 12;
    }

    private void Skip(Header header)
    {
        if (header.Length > Remaining)
        {
            throw new DicomException($"the file is truncated: {header.Tag} says {header.Length} bytes, {Remaining} are left");
        }

        Position += (int)header.Length;
    }

    private readonly record struct Header(DicomTag Tag, string Vr, uint Length);
}
