using System.Buffers.Binary;
using System.Text;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>Writes elements and items (PS3.5 section 7) in any of the three encodings.</summary>
internal readonly struct ElementOutput(Stream output, DicomEncoding encoding)
{
    private const uint Undefined = 0xFFFFFFFF;

    /// <param name="value">Of even length.</param>
    /// <exception cref="DicomException">The value is too long for its VR.</exception>
    public void Write(DicomTag tag, string vr, ReadOnlySpan<byte> value)
    {
        WriteHeader(tag, vr, (uint)value.Length);
        output.Write(value);
    }

    /// <param name="isUndefined">Length left open and closed by a delimiter, as the file had it.</param>
    public void WriteSequence(DicomTag tag, string vr, ReadOnlySpan<byte> items, bool isUndefined)
    {
        WriteHeader(tag, vr, isUndefined ? Undefined : (uint)items.Length);
        output.Write(items);
        if (isUndefined)
        {
            WriteItemHeader(DicomTag.SequenceDelimitation, 0);
        }
    }

    public void WriteItem(ReadOnlySpan<byte> content)
    {
        WriteItemHeader(DicomTag.Item, (uint)content.Length);
        output.Write(content);
    }

    private void WriteItemHeader(DicomTag tag, uint length)
    {
        U16(tag.Group);
        U16(tag.Element);
        U32(length);
    }

    private void WriteHeader(DicomTag tag, string vr, uint length)
    {
        U16(tag.Group);
        U16(tag.Element);
        if (!encoding.ExplicitVr)
        {
            U32(length);
            return;
        }

        output.Write(Encoding.ASCII.GetBytes(vr));
        if (ValueRepresentation.Classify((byte)vr[0], (byte)vr[1], out _) == ValueRepresentation.HeaderForm.Long)
        {
            U16(0);
            U32(length);
        }
        else
        {
            U16(length <= ushort.MaxValue ? (ushort)length : throw new DicomException($"{tag} would need {length} bytes, VR {vr} holds {ushort.MaxValue}"));
        }
    }

    private void U16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (encoding.BigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        }

        output.Write(bytes);
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (encoding.BigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        }

        output.Write(bytes);
    }
}
