namespace VinCxr.Data.Synthesis.Dicom;

/// <summary>RLE lossless compression of 16-bit words (PS3.5 Annex G): the high bytes, then the low bytes, each row by row in PackBits runs.</summary>
internal static class RunLengthEncoder
{
    private const int HeaderLength = 64;
    private const int LongestRun = 128;

    /// <returns>The frame: header of 16 little-endian words (segment count, offsets), then two even-length segments.</returns>
    public static byte[] Encode(ReadOnlySpan<ushort> pixels, int rows, int columns)
    {
        using var frame = new MemoryStream();
        frame.Write(new byte[HeaderLength]);
        Span<int> header = stackalloc int[HeaderLength / sizeof(int)];
        header[0] = 2;
        byte[] plane = new byte[columns];
        for (int segment = 0; segment < 2; segment++)
        {
            header[1 + segment] = (int)frame.Length;
            int shift = segment == 0 ? 8 : 0;
            for (int y = 0; y < rows; y++)
            {
                ReadOnlySpan<ushort> row = pixels.Slice(y * columns, columns);
                for (int x = 0; x < columns; x++)
                {
                    plane[x] = (byte)(row[x] >> shift);
                }

                // G.3.1: runs do not cross row borders.
                EncodeRow(plane, frame);
            }

            if (frame.Length % 2 == 1)
            {
                frame.WriteByte(0);
            }
        }

        frame.Position = 0;
        foreach (int word in header)
        {
            frame.Write(BitConverter.GetBytes(word));
        }

        return frame.ToArray();
    }

    private static void EncodeRow(ReadOnlySpan<byte> row, MemoryStream output)
    {
        int start = 0;
        while (start < row.Length)
        {
            int run = RunLength(row[start..]);
            if (run > 1)
            {
                output.WriteByte((byte)(1 - run));
                output.WriteByte(row[start]);
                start += run;
                continue;
            }

            // A pair inside literals costs as much as it saves, so literals end only at three equal bytes.
            int end = start + 1;
            while (end < row.Length && end - start < LongestRun && RunLength(row[end..]) < 3)
            {
                end++;
            }

            output.WriteByte((byte)(end - start - 1));
            output.Write(row[start..end]);
            start = end;
        }
    }

    private static int RunLength(ReadOnlySpan<byte> bytes)
    {
        int limit = Math.Min(bytes.Length, LongestRun);
        int length = 1;
        while (length < limit && bytes[length] == bytes[0])
        {
            length++;
        }

        return length;
    }
}
