using System.Buffers.Binary;

namespace VinCxr.Testing.Dicom;

/// <summary>The plainest encoder of ITU-T T.81 annex H: one component, predictor 1, all difference categories coded with five bits.</summary>
public static class LosslessJpeg
{
    private const int CodeLength = 5;
    private const int Categories = 17;

    public static byte[] Encode(ushort[] samples, int rows, int columns, int precision)
    {
        byte[] lengths = [0, 0, 0, 0, Categories, .. new byte[11]];
        byte[] symbols = [.. Enumerable.Range(0, Categories).Select(category => (byte)category)];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xC3, [(byte)precision, .. Big(rows), .. Big(columns), 1, 1, 0x11, 0]),
            .. Segment(0xC4, [0, .. lengths, .. symbols]),
            .. Segment(0xDA, [1, 1, 0, 1, 0, 0]),
            .. Scan(samples, columns, precision),
            0xFF, 0xD9,
        ];
    }

    private static List<byte> Scan(ushort[] samples, int columns, int precision)
    {
        var bytes = new List<byte>();
        ulong held = 0;
        int count = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            int predicted = i == 0 ? 1 << (precision - 1) : i % columns == 0 ? samples[i - columns] : samples[i - 1];
            int difference = (short)(samples[i] - predicted);
            int category = difference == short.MinValue ? 16 : 32 - int.LeadingZeroCount(Math.Abs(difference));
            Put((uint)category, CodeLength);
            if (category is > 0 and < 16)
            {
                Put((uint)(difference > 0 ? difference : difference + (1 << category) - 1), category);
            }
        }

        Put(0x7F, 7);
        return bytes;

        void Put(uint value, int bits)
        {
            held = (held << bits) | value;
            for (count += bits; count >= 8; count -= 8)
            {
                byte next = (byte)(held >> (count - 8));
                bytes.Add(next);
                if (next == 0xFF)
                {
                    bytes.Add(0);
                }
            }
        }
    }

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, .. Big(content.Length + 2), .. content];

    private static byte[] Big(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
