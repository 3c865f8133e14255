using System.IO.Compression;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>A DICOM file cut where rewriting needs it (PS3.10 section 7.1).</summary>
/// <param name="Prefix">Bytes up to and including <c>DICM</c>: 132, 4, or 0 in a bare data set.</param>
/// <param name="Meta">File meta information; empty when the file has none.</param>
/// <param name="Body">The data set, inflated.</param>
internal sealed record Part10File(int Prefix, DicomDataSet Meta, TransferSyntax Syntax, ReadOnlyMemory<byte> Body)
{
    private const int PreambleLength = 128;
    private const int LargestInflated = 1 << 30;
    private const ushort MetaGroup = 0x0002;

    private static ReadOnlySpan<byte> Magic => "DICM"u8;

    /// <exception cref="DicomException">Not DICOM, or damaged.</exception>
    public static Part10File Cut(ReadOnlyMemory<byte> file, TransferSyntax syntax)
    {
        int prefix = file.Length >= PreambleLength + Magic.Length && file.Span.Slice(PreambleLength, Magic.Length).SequenceEqual(Magic)
            ? PreambleLength + Magic.Length
            : file.Span.StartsWith(Magic) ? Magic.Length : 0;
        var body = file[prefix..];
        var meta = new DicomDataSet();
        var reader = new ElementReader(body, DicomEncoding.ExplicitLittle);
        while (body.Length - reader.Position >= 8 && DicomEncoding.ExplicitLittle.U16(body.Span[reader.Position..]) == MetaGroup
            && reader.Next() is { } element)
        {
            meta.Add(element);
        }

        body = body[reader.Position..];
        return new Part10File(prefix, meta, syntax, syntax.Deflated ? Inflate(body) : body);
    }

    /// <summary>
    /// Preamble and meta information as PS3.15 section E.1.1 asks: zeros, and a description of the program that rewrote the file, because the
    /// originals may hold anything.
    /// </summary>
    public void WriteHead(Stream output)
    {
        output.Write(new byte[Prefix == 0 ? 0 : Prefix - Magic.Length]);
        output.Write(Prefix == 0 ? [] : Magic);
        if (!Meta.Elements.Any())
        {
            return;
        }

        using var body = new MemoryStream();
        var elements = new ElementOutput(body, DicomEncoding.ExplicitLittle);
        elements.Write(new DicomTag(MetaGroup, 0x0001), "OB", [0, 1]);
        foreach (ushort kept in new ushort[] { 0x0002, 0x0003, 0x0010 })
        {
            if (Meta.Find(new DicomTag(MetaGroup, kept)) is { } element)
            {
                elements.Write(element.Tag, "UI", element.Value.Span);
            }
        }

        elements.Write(new DicomTag(MetaGroup, 0x0012), "UI", "2.25.147690895041743490407576313991624883745"u8);
        elements.Write(new DicomTag(MetaGroup, 0x0013), "SH", "VINCXR"u8);
        new ElementOutput(output, DicomEncoding.ExplicitLittle).Write(new DicomTag(MetaGroup, 0x0000), "UL", BitConverter.GetBytes((uint)body.Length));
        body.WriteTo(output);
    }

    /// <summary>Deflates what is written where the transfer syntax says so (PS3.5 section A.5).</summary>
    public void WriteBody(Stream output, Action<Stream> write)
    {
        if (!Syntax.Deflated)
        {
            write(output);
            return;
        }

        long start = output.Position;
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            write(deflate);
        }

        if ((output.Position - start) % 2 == 1)
        {
            output.WriteByte(0);
        }
    }

    private static byte[] Inflate(ReadOnlyMemory<byte> body)
    {
        using var inflater = new DeflateStream(new MemoryStream(body.ToArray(), writable: false), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var block = new byte[1 << 16];
        try
        {
            for (int read; (read = inflater.Read(block)) > 0;)
            {
                inflated.Write(block, 0, read);
                if (inflated.Length > LargestInflated)
                {
                    throw new DicomException($"the deflated data set exceeds {LargestInflated} bytes");
                }
            }
        }
        catch (InvalidDataException error)
        {
            throw new DicomException($"the deflated data set is damaged after {inflated.Length} inflated bytes", error);
        }

        return inflated.ToArray();
    }
}
