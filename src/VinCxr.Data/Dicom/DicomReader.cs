using VinCxr.Data.Dicom.Codecs;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom;

/// <summary>
/// Reads Part 10 files and bare data sets: implicit and explicit VR, little and big endian, deflated; native, RLE, JPEG and
/// JPEG 2000 pixel data. Holds no state: one instance serves all threads.
/// </summary>
/// <param name="largestBytes">Bytes that decoded pixels, or a deflated data set, may take at most: for files of people who are not to be trusted.</param>
public sealed class DicomReader(long largestBytes = long.MaxValue) : IDicomReader
{
    /// <inheritdoc/>
    public DicomImage Read(ReadOnlyMemory<byte> file)
    {
        DicomFile parsed = DicomFile.Open(file, largestBytes);
        DicomHeader header = HeaderBuilder.Build(parsed);
        if (parsed.DataSet.Find(DicomTag.PixelData) is not { } pixelData)
        {
            bool isFloat = parsed.DataSet.Find(DicomTag.FloatPixelData) is not null
                || parsed.DataSet.Find(DicomTag.DoubleFloatPixelData) is not null;
            throw new DicomException(
                isFloat
                    ? "the pixel data is floating point; only integer pixel data (7FE0,0010) is supported"
                    : "the file has no pixel data (7FE0,0010): it is no image");
        }

        PixelLayout layout = PixelLayout.Of(header);
        if (layout.TotalBytes > largestBytes)
        {
            throw new DicomException($"{layout.Columns}x{layout.Rows} pixels take {layout.TotalBytes} bytes; at most {largestBytes} are taken here");
        }

        return new DicomImage(header, DecoderOf(parsed.Syntax).Decode(pixelData, layout));
    }

    /// <inheritdoc/>
    public DicomHeader ReadHeader(ReadOnlyMemory<byte> file) => HeaderBuilder.Build(DicomFile.Open(file, largestBytes));

    private static IPixelDecoder DecoderOf(TransferSyntax syntax) => syntax.Pixels switch
    {
        PixelEncoding.Native => new NativeDecoder(),
        PixelEncoding.RunLength => new EncapsulatedDecoder(new RunLengthCodec()),
        PixelEncoding.Jpeg => new EncapsulatedDecoder(new JpegCodec()),
        PixelEncoding.Jpeg2000 => new EncapsulatedDecoder(new Jpeg2000Codec()),
        _ => throw new DicomException($"transfer syntax {syntax} is not supported") { UnsupportedTransferSyntax = syntax.Uid },
    };
}
