using System.Buffers.Binary;
using System.Text;

namespace VinCxr.Data.Tests.Imaging;

/// <summary>Uncompressed grey files with explicit VR (PS3.5 section 7.1.2) in either byte order, of 8 or 16 bits a sample, filled with noise.</summary>
internal static class GreyFile
{
    /// <param name="vr">Of the pixel data; 8-bit samples of a big-endian OW lie pairwise swapped, and their number is made even.</param>
    /// <param name="privateBytes">Length of a private element before the image's tags.</param>
    public static byte[] Write(int rows, int columns, int bits, bool bigEndian, string vr, int privateBytes = 0)
    {
        var pixels = new byte[(((rows * columns * bits / 8) + 1) / 2) * 2];
        new Random(rows).NextBytes(pixels);
        var file = new List<byte>([.. new byte[128], .. "DICM"u8]);
        Add(file, false, 0x0002, 0x0010, "UI", Encoding.ASCII.GetBytes(bigEndian ? "1.2.840.10008.1.2.2\0" : "1.2.840.10008.1.2.1\0"));
        if (privateBytes > 0)
        {
            Add(file, bigEndian, 0x0009, 0x1001, "OB", new byte[privateBytes]);
        }

        Add(file, bigEndian, 0x0028, 0x0004, "CS", "MONOCHROME2 "u8);
        foreach ((ushort element, int value) in new (ushort, int)[]
            { (0x0010, rows), (0x0011, columns), (0x0100, bits), (0x0101, bits), (0x0102, bits - 1), (0x0103, 0) })
        {
            Add(file, bigEndian, 0x0028, element, "US", Number((ushort)value, bigEndian));
        }

        Add(file, bigEndian, 0x7FE0, 0x0010, vr, pixels);
        return [.. file];
    }

    private static void Add(List<byte> file, bool bigEndian, ushort group, ushort element, string vr, ReadOnlySpan<byte> value)
    {
        file.AddRange([.. Number(group, bigEndian), .. Number(element, bigEndian), (byte)vr[0], (byte)vr[1]]);
        if (vr is "OB" or "OW")
        {
            (ushort high, ushort low) = ((ushort)(value.Length >> 16), (ushort)value.Length);
            file.AddRange([0, 0, .. Number(bigEndian ? high : low, bigEndian), .. Number(bigEndian ? low : high, bigEndian)]);
        }
        else
        {
            file.AddRange(Number((ushort)value.Length, bigEndian));
        }

        file.AddRange(value);
    }

    private static byte[] Number(ushort value, bool bigEndian)
    {
        var bytes = new byte[2];
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        }

        return bytes;
    }
}
