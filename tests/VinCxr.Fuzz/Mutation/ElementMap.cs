using System.Buffers.Binary;
using System.Text;

namespace VinCxr.Fuzz.Mutation;

/// <summary>Where one element or item header lies in a file.</summary>
/// <param name="LengthAt">Offset of the length field, of <paramref name="LengthWidth"/> (2 or 4) bytes.</param>
/// <param name="ValueLength">Bytes of value, cut at the end of the file; 0 for what is stepped into: sequences, and items outside pixel data.</param>
internal readonly record struct MappedElement(int Offset, uint Tag, int LengthAt, int LengthWidth, int ValueAt, int ValueLength)
{
    public int End => ValueAt + ValueLength;

    public bool IsItem => Tag >> 16 == 0xFFFE;
}

/// <summary>
/// Offsets of all element headers of a possibly damaged file, sequences flattened. A parser of its own, so that the fuzzer does not
/// see files through the eyes of the reader it tests.
/// </summary>
internal sealed class ElementMap
{
    private const uint PixelData = 0x7FE00010;
    private const uint TransferSyntax = 0x00020010;
    private const uint Undefined = 0xFFFFFFFF;
    private const int Most = 2000;
    private const string LongForms = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";

    private readonly byte[] _file;
    private readonly List<MappedElement> _elements = [];

    private ElementMap(byte[] file)
    {
        _file = file;
        Start = file.AsSpan().IndexOf("DICM"u8) is var magic and >= 0 ? magic + 4 : 0;
        DataSetAt = Start;
        ExplicitVr = true;
        Walk(Start, metaOnly: true);
        DataSetAt = _elements.Count > 0 ? _elements[^1].End : Start;
        Guess();
        Walk(DataSetAt, metaOnly: false);
    }

    /// <summary>Offset behind preamble and magic.</summary>
    public int Start { get; }

    /// <summary>Offset behind group 0002.</summary>
    public int DataSetAt { get; }

    public bool ExplicitVr { get; private set; }

    public bool BigEndian { get; private set; }

    public IReadOnlyList<MappedElement> Elements => _elements;

    public static ElementMap Of(byte[] file) => new(file);

    /// <summary>Offset of the value of the pixel data, or -1.</summary>
    public int PixelsAt => _elements.FindIndex(element => element.Tag == PixelData) is var at and >= 0 ? _elements[at].ValueAt : -1;

    /// <summary>An element in the encoding of the data set, its length right.</summary>
    public byte[] Encode(uint tag, string vr, ReadOnlySpan<byte> value, uint? length = null)
    {
        bool hasVr = ExplicitVr && tag >> 16 != 0xFFFE, isLong = !hasVr || LongForms.Contains(vr, StringComparison.Ordinal);
        var bytes = new byte[(hasVr && isLong ? 12 : 8) + value.Length];
        Write16(bytes, (ushort)(tag >> 16));
        Write16(bytes.AsSpan(2), (ushort)tag);
        if (hasVr)
        {
            Encoding.ASCII.GetBytes(vr, bytes.AsSpan(4));
        }

        uint stated = length ?? (uint)value.Length;
        if (isLong)
        {
            Write32(bytes.AsSpan(hasVr ? 8 : 4), stated);
        }
        else
        {
            Write16(bytes.AsSpan(6), (ushort)stated);
        }

        value.CopyTo(bytes.AsSpan(bytes.Length - value.Length));
        return bytes;
    }

    private void Guess()
    {
        int syntaxAt = _elements.FindIndex(element => element.Tag == TransferSyntax);
        string uid = syntaxAt < 0
            ? ""
            : Encoding.ASCII.GetString(_file, _elements[syntaxAt].ValueAt, _elements[syntaxAt].ValueLength).TrimEnd('\0', ' ');
        ReadOnlySpan<byte> first = _file.AsSpan(DataSetAt);
        bool hasVr = first.Length >= 6 && char.IsAsciiLetterUpper((char)first[4]) && char.IsAsciiLetterUpper((char)first[5]);
        ExplicitVr = uid.Length > 0 ? uid != "1.2.840.10008.1.2" : hasVr;
        BigEndian = uid.Length > 0 ? uid == "1.2.840.10008.1.2.2" : hasVr && first[0] == 0;
    }

    private void Walk(int at, bool metaOnly)
    {
        bool inPixels = false;
        while (at + 8 <= _file.Length && _elements.Count < Most)
        {
            ReadOnlySpan<byte> header = _file.AsSpan(at);
            uint tag = ((uint)Read16(header) << 16) | Read16(header[2..]);
            if (metaOnly && tag >> 16 != 2)
            {
                return;
            }

            bool isItem = tag >> 16 == 0xFFFE, hasVr = ExplicitVr && !isItem;
            string vr = hasVr ? Encoding.ASCII.GetString(header.Slice(4, 2)) : "";
            bool isLong = !hasVr || LongForms.Contains(vr, StringComparison.Ordinal);
            int headerLength = hasVr && isLong ? 12 : 8;
            if (header.Length < headerLength)
            {
                return;
            }

            uint stated = isLong ? Read32(header[(headerLength - 4)..]) : Read16(header[6..]);
            bool opens = stated == Undefined || vr == "SQ" || (isItem && !inPixels);
            int length = opens ? 0 : (int)Math.Min(stated, (uint)(header.Length - headerLength));
            inPixels |= tag == PixelData && stated == Undefined;
            _elements.Add(new MappedElement(at, tag, at + headerLength - (isLong ? 4 : 2), isLong ? 4 : 2, at + headerLength, length));
            at += headerLength + length;
        }
    }

    private ushort Read16(ReadOnlySpan<byte> at) => BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    private uint Read32(ReadOnlySpan<byte> at) => BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private void Write16(Span<byte> at, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, BigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
    }

    private void Write32(Span<byte> at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at, BigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
    }
}
