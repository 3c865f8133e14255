using System.Buffers.Binary;

namespace VinCxr.Data.Dicom.Parsing;

/// <summary>How the elements of a data set are written: explicit or implicit VR, little or big endian (PS3.5 section 7.1, annex A).</summary>
internal readonly record struct DicomEncoding(bool ExplicitVr, bool BigEndian)
{
    public static readonly DicomEncoding ImplicitLittle = new(ExplicitVr: false, BigEndian: false);
    public static readonly DicomEncoding ExplicitLittle = new(ExplicitVr: true, BigEndian: false);
    public static readonly DicomEncoding ExplicitBig = new(ExplicitVr: true, BigEndian: true);

    public ushort U16(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint U32(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public float F32(ReadOnlySpan<byte> bytes) => BitConverter.UInt32BitsToSingle(U32(bytes));

    public double F64(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes);
}
