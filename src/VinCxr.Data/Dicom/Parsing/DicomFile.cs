using System.IO.Compression;
using System.Runtime.InteropServices;

namespace VinCxr.Data.Dicom.Parsing;

/// <summary>A Part 10 file taken apart (PS3.10 section 7.1): its transfer syntax and its data set.</summary>
internal sealed record DicomFile(TransferSyntax Syntax, DicomDataSet DataSet)
{
    private const int PreambleLength = 128;

    /// <summary>
    /// Deflate packs an even image, and a bomb, a thousand to one. This much is inflated whatever the ratio; a larger data set must be
    /// one that radiographs come near to.
    /// </summary>
    private const long Trusted = 64L << 20;

    private const int PlausibleRatio = 64;

    private static ReadOnlySpan<byte> Magic => "DICM"u8;

    /// <summary>Reads with or without preamble, meta group and TransferSyntaxUID.</summary>
    /// <param name="largest">Bytes that a deflated data set may inflate to at most.</param>
    /// <exception cref="DicomException">Not DICOM, or damaged before the pixel data.</exception>
    public static DicomFile Open(ReadOnlyMemory<byte> file, long largest = long.MaxValue)
    {
        ReadOnlyMemory<byte> body = SkipPreamble(file, out bool marked);
        if (body.Length < 8)
        {
            throw new DicomException($"not a DICOM file: {file.Length} bytes hold no element");
        }

        DicomDataSet meta = ReadMeta(body, out int metaLength);
        body = body[metaLength..];
        TransferSyntax syntax = meta.Text(DicomTag.TransferSyntaxUid) is { } uid
            ? TransferSyntax.Of(DicomText.Clean(uid))
            : Guess(body.Span, marked || metaLength > 0);
        DicomDataSet dataSet = DicomDataSet.Read(syntax.Deflated ? Inflate(body, largest) : body, syntax.Encoding);
        foreach (DicomElement element in meta.Elements)
        {
            dataSet.Add(element);
        }

        return new DicomFile(syntax, dataSet);
    }

    private static ReadOnlyMemory<byte> SkipPreamble(ReadOnlyMemory<byte> file, out bool marked)
    {
        marked = true;
        if (file.Length >= PreambleLength + 4 && file.Span.Slice(PreambleLength, 4).SequenceEqual(Magic))
        {
            return file[(PreambleLength + 4)..];
        }

        if (file.Span.StartsWith(Magic))
        {
            return file[4..];
        }

        marked = false;
        return file;
    }

    /// <summary>Group 0002 is always explicit little endian; its stated group length is often wrong, so the group number decides.</summary>
    private static DicomDataSet ReadMeta(ReadOnlyMemory<byte> body, out int length)
    {
        var meta = new DicomDataSet();
        var reader = new ElementReader(body, DicomEncoding.ExplicitLittle);
        length = 0;
        while (body.Length - length >= 8 && DicomEncoding.ExplicitLittle.U16(body.Span[length..]) == DicomTag.TransferSyntaxUid.Group)
        {
            if (reader.Next() is { } element)
            {
                meta.Add(element);
            }

            length = reader.Position;
        }

        return meta;
    }

    /// <summary>Encoding by the look of the first element: groups of identification are small and come first.</summary>
    private static TransferSyntax Guess(ReadOnlySpan<byte> body, bool isDicom)
    {
        const ushort LastFirstGroup = 0x0010;
        if (body.Length < 8)
        {
            return isDicom ? TransferSyntax.ImplicitLittle : throw NotDicom();
        }

        bool hasVr = ValueRepresentation.Classify(body[4], body[5], out _)
            is ValueRepresentation.HeaderForm.Short or ValueRepresentation.HeaderForm.Long;
        if (DicomEncoding.ImplicitLittle.U16(body) is > 0 and <= LastFirstGroup)
        {
            bool fits = DicomEncoding.ImplicitLittle.U32(body[4..]) <= body.Length - 8;
            return hasVr ? TransferSyntax.ExplicitLittle : fits || isDicom ? TransferSyntax.ImplicitLittle : throw NotDicom();
        }

        if (hasVr && DicomEncoding.ExplicitBig.U16(body) is > 0 and <= LastFirstGroup)
        {
            return TransferSyntax.ExplicitBig;
        }

        return isDicom ? TransferSyntax.ImplicitLittle : throw NotDicom();
    }

    private static DicomException NotDicom() =>
        new("not a DICOM file: no 'DICM' at byte 128 and no DICOM element at the start");

    /// <summary>Inflates twice: the first pass only counts, so that a bomb is refused before there is memory for what it claims to hold.</summary>
    private static byte[] Inflate(ReadOnlyMemory<byte> body, long largest)
    {
        ArraySegment<byte> packed = MemoryMarshal.TryGetArray(body, out ArraySegment<byte> array) ? array : body.ToArray();
        var inflated = new byte[InflatedLength(packed, largest)];
        using DeflateStream inflater = Open(packed);
        inflater.ReadExactly(inflated);
        return inflated;
    }

    private static int InflatedLength(ArraySegment<byte> packed, long allowed)
    {
        long plausible = Math.Min(Array.MaxLength, Math.Max(Trusted, (long)PlausibleRatio * packed.Count)), largest = Math.Min(plausible, allowed), length = 0;
        using DeflateStream inflater = Open(packed);
        var block = new byte[1 << 16];
        try
        {
            for (int read; (read = inflater.Read(block)) > 0;)
            {
                length += read;
                if (length > largest)
                {
                    throw new DicomException(
                        $"the deflated data set of {packed.Count} bytes inflates to more than {largest} bytes, which {(largest < plausible ? "is more than is taken here" : "no radiograph does")}");
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new DicomException($"the deflated data set is damaged after {length} inflated bytes", e);
        }

        return (int)length;
    }

    private static DeflateStream Open(ArraySegment<byte> packed) =>
        new(new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false), CompressionMode.Decompress);
}
