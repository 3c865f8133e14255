using System.Text;

namespace VinCxr.Data.Synthesis.Dicom;

/// <summary>Writes data elements little endian (PS3.5 section 7.1), with or without their value representation.</summary>
internal sealed class ElementWriter(bool explicitVr) : IDisposable
{
    private readonly MemoryStream _stream = new();

    /// <summary>A text value, padded to even length: UI with a null, the others with a blank.</summary>
    public void Text(ushort group, ushort element, string vr, string value)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + (vr == "UI" ? '\0' : ' '));
        Bytes(group, element, vr, bytes);
    }

    /// <summary>A US (2 bytes) or UL (4 bytes) value.</summary>
    public void Number(ushort group, ushort element, string vr, uint value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        Bytes(group, element, vr, vr == "US" ? bytes.AsSpan(0, 2) : bytes);
    }

    /// <summary>A value of even length.</summary>
    public void Bytes(ushort group, ushort element, string vr, ReadOnlySpan<byte> value)
    {
        Header(group, element, vr, (uint)value.Length);
        _stream.Write(value);
    }

    /// <summary>Pixel data of one frame as one fragment behind an empty offset table (PS3.5 A.4).</summary>
    public void EncapsulatedPixels(ReadOnlySpan<byte> fragment)
    {
        const uint UndefinedLength = 0xFFFFFFFF;
        Header(0x7FE0, 0x0010, "OB", UndefinedLength);
        Item(0xE000, 0);
        Item(0xE000, (uint)(fragment.Length + (fragment.Length % 2)));
        _stream.Write(fragment);
        if (fragment.Length % 2 == 1)
        {
            _stream.WriteByte(0);
        }

        Item(0xE0DD, 0);
    }

    public byte[] ToArray() => _stream.ToArray();

    public void Dispose() => _stream.Dispose();

    private void Header(ushort group, ushort element, string vr, uint length)
    {
        Short(group);
        Short(element);
        if (!explicitVr)
        {
            Long(length);
            return;
        }

        _stream.Write(Encoding.ASCII.GetBytes(vr));
        if (vr is "OB" or "OW")
        {
            Short(0);
            Long(length);
        }
        else
        {
            Short((ushort)length);
        }
    }

    private void Item(ushort element, uint length)
    {
        Short(0xFFFE);
        Short(element);
        Long(length);
    }

    private void Short(ushort value) => _stream.Write(BitConverter.GetBytes(value));

    private void Long(uint value) => _stream.Write(BitConverter.GetBytes(value));
}
