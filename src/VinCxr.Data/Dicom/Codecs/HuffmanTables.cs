using System.Buffers.Binary;

namespace VinCxr.Data.Dicom.Codecs;

/// <summary>
/// Looks at the Huffman tables of a JPEG stream (ITU-T T.81 annex B.2.4.2 and C). A damaged one may hold no code word, or more than fit into
/// their lengths; the decoder can then build tables for seconds from a few hundred bytes.
/// </summary>
internal static class HuffmanTables
{
    private const byte Marker = 0xFF;
    private const byte DefineTables = 0xC4;
    private const int LengthBytes = 2;
    private const int Lengths = 16;
    private const int MostCodes = 256;

    /// <exception cref="DicomException">A table whose code words do not fit.</exception>
    public static void Check(ReadOnlySpan<byte> stream)
    {
        for (int next; (next = stream.IndexOf(Marker)) >= 0 && next + 1 < stream.Length;)
        {
            byte kind = stream[next + 1];

            // A byte FF repeated is padding before a marker; FF in coded data is followed by 00 and skipped like any other marker.
            stream = stream[(kind == Marker ? next + 1 : next + 2)..];
            if (kind == DefineTables && stream.Length >= LengthBytes)
            {
                int length = Math.Clamp(BinaryPrimitives.ReadUInt16BigEndian(stream), LengthBytes, stream.Length);
                CheckSegment(stream[LengthBytes..length]);
                stream = stream[length..];
            }
        }
    }

    private static void CheckSegment(ReadOnlySpan<byte> tables)
    {
        while (tables.Length > Lengths)
        {
            int codes = 0;
            long free = 1;
            foreach (byte count in tables.Slice(1, Lengths))
            {
                free = (2 * free) - count;
                codes += count;
                if (free < 0 || codes > MostCodes)
                {
                    throw new DicomException("the JPEG frame is damaged: a Huffman table has more code words than fit into their lengths");
                }
            }

            if (codes == 0)
            {
                throw new DicomException("the JPEG frame is damaged: a Huffman table holds no code word");
            }

            tables = tables[Math.Min(tables.Length, 1 + Lengths + codes)..];
        }
    }
}
