using FellowOakDicom;
using FellowOakDicom.Imaging.Codec;
using VinCxr.Data.Dicom.Codecs;
using FoTag = FellowOakDicom.DicomTag;

namespace VinCxr.Data.Dicom.FoDicom;

/// <summary>
/// A reader over fo-dicom and its native codecs: a second opinion on a doubtful file, and JPEG-LS and HTJ2K, which ours does not decode.
/// One instance serves all threads.
/// </summary>
public sealed class FoDicomReader : IDicomReader
{
    /// <summary>As for our own JPEG 2000: an even image is taken on trust up to here, beyond only with plausibly many bytes behind it.</summary>
    private const long Trusted = 64L << 20;

    private const int PlausibleRatio = 1000;

    /// <inheritdoc/>
    public DicomImage Read(ReadOnlyMemory<byte> file)
    {
        var parsed = FoDicomFile.Open(file, withPixels: true);
        DicomHeader header = FoDicomHeader.Build(parsed);
        if (!parsed.HasPixelData)
        {
            throw new DicomException("the file has no pixel data (7FE0,0010): it is no image");
        }

        var layout = PixelLayout.Of(header);
        return new DicomImage(header, Decode(parsed.Content.Dataset, layout));
    }

    /// <inheritdoc/>
    public DicomHeader ReadHeader(ReadOnlyMemory<byte> file) => FoDicomHeader.Build(FoDicomFile.Open(file, withPixels: false));

    private static byte[] Decode(DicomDataset dataset, PixelLayout layout)
    {
        DicomTransferSyntax syntax = dataset.InternalTransferSyntax;
        switch (dataset.GetDicomItem<DicomItem>(FoTag.PixelData))
        {
            case FellowOakDicom.DicomElement pixels when !syntax.IsEncapsulated:
                return Unpack(pixels.Buffer.Data, layout);
            case DicomFragmentSequence fragments when syntax.IsEncapsulated:
                long compressed = fragments.Fragments.Sum(fragment => fragment.Size);
                if (layout.TotalBytes > Math.Max(Trusted, PlausibleRatio * compressed))
                {
                    throw new DicomException($"the pixel data is truncated: {compressed} compressed bytes cannot hold {layout.TotalBytes} bytes");
                }

                return Decompress(dataset, layout);
            case null:
                throw new DicomException("the pixel data is truncated");
            default:
                throw new DicomException(
                    $"the pixel data is {(syntax.IsEncapsulated ? "not encapsulated" : "encapsulated")} although the transfer syntax is {syntax}");
        }
    }

    private static byte[] Decompress(DicomDataset dataset, PixelLayout layout)
    {
        DicomTransferSyntax syntax = dataset.InternalTransferSyntax;
        if (!FoDicomSetup.HasCodec(syntax))
        {
            throw new DicomException($"fo-dicom has no codec for transfer syntax {syntax} ({syntax.UID.UID})") { UnsupportedTransferSyntax = syntax.UID.UID };
        }

        return FoDicomFile.Guard($"the {syntax} pixel data is damaged", () =>
        {
            DicomDataset decoded = new DicomTranscoder(syntax, DicomTransferSyntax.ExplicitVRLittleEndian).Transcode(dataset);
            byte[] samples = decoded.GetDicomItem<FellowOakDicom.DicomElement>(FoTag.PixelData).Buffer.Data;

            // The codecs choose the order of colours themselves and say so in the new data set.
            int planar = decoded.GetSingleValueOrDefault(FoTag.PlanarConfiguration, 0);
            return Extend(Unpack(samples, layout with { Planar = planar == 1 && layout.Samples > 1 }), layout);
        });
    }

    /// <summary>Samples in the order and width that <see cref="DicomImage"/> describes; fo-dicom gives words in the byte order of this machine.</summary>
    private static byte[] Unpack(byte[] samples, PixelLayout layout)
    {
        var element = new Parsing.DicomElement(
            Parsing.DicomTag.PixelData, "OW", samples, (uint)samples.Length, new Parsing.DicomEncoding(ExplicitVr: true, BigEndian: false));
        return new NativeDecoder().Decode(element, layout);
    }

    /// <summary>A codec without signs gives a negative value as a large one; the sign goes into the bits above the stored ones.</summary>
    private static byte[] Extend(byte[] pixels, PixelLayout layout)
    {
        int spare = 16 - layout.BitsStored;
        if (layout.Signed && layout.SampleBytes == 2 && spare > 0)
        {
            foreach (ref short value in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(pixels.AsSpan()))
            {
                value = (short)((short)(value << spare) >> spare);
            }
        }

        return pixels;
    }
}
