using System.Buffers.Binary;
using OpenCvSharp;

namespace VinCxr.Data.Synthesis.Dicom;

/// <summary>JPEG 2000 reversible compression of 16-bit words.</summary>
internal static class Jpeg2000Encoder
{
    /// <summary>OpenCV halves the image five times whatever its size; smaller ones it does not encode.</summary>
    public const int SmallestSide = 32;

    private const uint CodestreamBox = 0x6A703263; // "jp2c"

    /// <returns>A bare codestream, as DICOM wants it (PS3.5 A.4.4): OpenCV's JP2 file without its boxes.</returns>
    public static byte[] Encode(ushort[] pixels, int rows, int columns)
    {
        using Mat image = Mat.FromPixelData(rows, columns, MatType.CV_16UC1, pixels);
        // 1000 thousandths of the original size is OpenCV's word for lossless.
        Cv2.ImEncode(".jp2", image, out byte[] file, new ImageEncodingParam(ImwriteFlags.Jpeg2000CompressionX1000, 1000));
        return Codestream(file);
    }

    /// <summary>Walks the boxes of a JP2 file (ISO/IEC 15444-1 Annex I.4) to the codestream.</summary>
    private static byte[] Codestream(ReadOnlySpan<byte> file)
    {
        while (file.Length >= 8)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file);
            uint type = BinaryPrimitives.ReadUInt32BigEndian(file[4..]);
            int header = length == 1 ? 16 : 8;
            length = length switch
            {
                0 => file.Length,
                1 => BinaryPrimitives.ReadInt64BigEndian(file[8..]),
                _ => length,
            };
            if (type == CodestreamBox)
            {
                return file[header..(int)length].ToArray();
            }

            file = file[(int)length..];
        }

        throw new InvalidOperationException("OpenCV's JPEG 2000 file holds no codestream box");
    }
}
