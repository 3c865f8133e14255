using System.IO.Compression;
using System.Text;

namespace VinCxr.Testing.Dicom;

/// <summary>Writes DICOM bytes element by element, straight from PS3.5 section 7, so that tests decide every byte.</summary>
public sealed class DicomBytes(bool explicitVr = true, bool bigEndian = false)
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public DicomBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public DicomBytes Element(uint tag, string vr, byte[] value, uint? length = null)
    {
        uint stated = length ?? (uint)value.Length;
        U16((ushort)(tag >> 16)).U16((ushort)tag);
        if (!explicitVr || tag >> 16 == 0xFFFE)
        {
            U32(stated);
        }
        else if (vr is "OB" or "OW" or "OF" or "SQ" or "UN" or "UT" or "ZZ")
        {
            Raw(Encoding.ASCII.GetBytes(vr)).U16(0).U32(stated);
        }
        else
        {
            Raw(Encoding.ASCII.GetBytes(vr)).U16((ushort)stated);
        }

        return Raw(value);
    }

    public DicomBytes Text(uint tag, string vr, string text) =>
        Element(tag, vr, Encoding.Latin1.GetBytes(text.Length % 2 == 0 ? text : text + " "));

    public DicomBytes Us(uint tag, params ushort[] values) => Element(tag, "US", Words(values));

    /// <summary>The attributes of a grey image.</summary>
    public DicomBytes Image(
        int rows, int columns, int allocated = 16, int stored = 16, bool signed = false, string photometric = "MONOCHROME2", int samples = 1)
    {
        return Us(0x00280002, (ushort)samples).Text(0x00280004, "CS", photometric).Us(0x00280010, (ushort)rows).Us(0x00280011, (ushort)columns)
            .Us(0x00280100, (ushort)allocated).Us(0x00280101, (ushort)stored).Us(0x00280102, (ushort)(stored - 1))
            .Us(0x00280103, (ushort)(signed ? 1 : 0));
    }

    public DicomBytes Pixels(params ushort[] values) => Element(0x7FE00010, "OW", Words(values));

    public DicomBytes Item(byte[] value) => Element(0xFFFEE000, "", value);

    /// <summary>Encapsulated pixel data: an offset table (empty when null) and fragments.</summary>
    public DicomBytes Fragments(byte[]? offsetTable, params byte[][] fragments)
    {
        Element(0x7FE00010, "OB", [], uint.MaxValue).Item(offsetTable ?? []);
        foreach (byte[] fragment in fragments)
        {
            Item(fragment);
        }

        return Element(0xFFFEE0DD, "", []);
    }

    /// <summary>Bytes of 16-bit words in the byte order of this data set.</summary>
    public byte[] Words(params ushort[] values) =>
        [.. values.SelectMany(value => bigEndian ? new[] { (byte)(value >> 8), (byte)value } : [(byte)value, (byte)(value >> 8)])];

    /// <summary>A Part 10 file around this data set.</summary>
    public byte[] File(string transferSyntax)
    {
        var meta = new DicomBytes();
        if (transferSyntax.Length > 0)
        {
            meta.Text(0x00020010, "UI", transferSyntax);
        }

        byte[] body = ToArray();
        if (transferSyntax == "1.2.840.10008.1.2.1.99")
        {
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal))
            {
                deflate.Write(body);
            }

            body = packed.ToArray();
        }

        return [.. new byte[128], .. "DICM"u8, .. meta.ToArray(), .. body];
    }

    private DicomBytes U16(ushort value) => Raw(Words(value));

    private DicomBytes U32(uint value) =>
        bigEndian ? U16((ushort)(value >> 16)).U16((ushort)value) : U16((ushort)value).U16((ushort)(value >> 16));
}
