namespace VinCxr.Testing.Dicom;

/// <summary>An RLE frame (PS3.5 annex G) around segments that the caller has packed.</summary>
public static class RunLengthFrame
{
    private const int HeaderLength = 64;

    public static byte[] Of(params byte[][] segments)
    {
        var frame = new byte[HeaderLength];
        BitConverter.TryWriteBytes(frame, segments.Length);
        int offset = HeaderLength;
        for (int i = 0; i < segments.Length; i++)
        {
            BitConverter.TryWriteBytes(frame.AsSpan(4 + (4 * i)), offset);
            offset += segments[i].Length;
        }

        return [.. frame, .. segments.SelectMany(segment => segment)];
    }
}
