using OpenCvSharp;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.Testing.Dicom;

namespace VinCxr.Fuzz.Corpus;

/// <summary>Tiny images in every encoding that the reader takes: those of the product's own writer, and shapes that it never writes.</summary>
internal static class WrittenSeeds
{
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string BigEndian = "1.2.840.10008.1.2.2";
    private const string RunLength = "1.2.840.10008.1.2.5";
    private const string JpegBaseline = "1.2.840.10008.1.2.4.50";
    private const string JpegLossless = "1.2.840.10008.1.2.4.70";
    private const string Jpeg2000 = "1.2.840.10008.1.2.4.90";
    private const int Side = 32;

    public static IEnumerable<(string Name, byte[] File)> All() => [.. Products(), .. Native(), .. Compressed()];

    private static IEnumerable<(string, byte[])> Products() => Enum.GetValues<DicomEncoding>().Select(encoding => (
        $"written {encoding}",
        DicomWriter.Write(new DicomContent
        {
            Identity = (UInt128)(int)encoding,
            Rows = Side,
            Columns = Side,
            Pixels = Words(Side * Side),
            Encoding = encoding,
            Monochrome1 = true,
            Window = (20000, 30000),
            Rescale = (2, -1000),
            PatientAge = "045Y",
            PatientSex = "F",
        })));

    private static (string, byte[])[] Native()
    {
        byte[] lut = new DicomBytes().Us(0x00283002, 4, 0, 12).Us(0x00283006, 1, 2, 3, 4).ToArray();
        DicomBytes Grey(bool explicitVr = true, bool bigEndian = false) => new DicomBytes(explicitVr, bigEndian)
            .Text(0x00080005, "CS", "ISO_IR 192").Text(0x00100010, "PN", "Doe^Jane").Image(6, 8)
            .Text(0x00281050, "DS", "40\\50").Text(0x00281051, "DS", "400\\500").Text(0x00281056, "CS", "SIGMOID");
        return
        [
            ("bare implicit", Grey(explicitVr: false).Pixels(Words(48)).ToArray()),
            ("big endian", Grey(bigEndian: true).Pixels(Words(48)).File(BigEndian)),
            ("big endian bytes", new DicomBytes(bigEndian: true).Image(3, 3, 8, 8).Element(0x7FE00010, "OW", new byte[10]).File(BigEndian)),
            ("lut", Grey().Element(0x00283010, "SQ", new DicomBytes().Item(lut).ToArray()).Pixels(Words(48)).File(Explicit)),
            ("lut of undefined length", Grey()
                .Element(0x00283010, "SQ", new DicomBytes().Item(lut).Element(0xFFFEE0DD, "", []).ToArray(), uint.MaxValue)
                .Pixels(Words(48)).File(Explicit)),
            ("sequences", Grey().Element(0x00081140, "SQ", Nested(5), uint.MaxValue).Pixels(Words(48)).File(Explicit)),
            ("frames", Grey().Text(0x00280008, "IS", "3").Pixels(Words(144)).File(Explicit)),
            ("signed", new DicomBytes().Image(6, 8, 16, 12, signed: true).Pixels(Words(48)).File(Explicit)),
            ("bits", new DicomBytes().Image(5, 7, 1, 1).Element(0x7FE00010, "OB", [1, 2, 3, 4, 5, 0]).File(Explicit)),
            ("twelve bits", new DicomBytes().Image(4, 4, 12, 12).Element(0x7FE00010, "OW", new byte[24]).File(Explicit)),
            ("colour planes", new DicomBytes().Us(0x00280006, 1).Image(4, 4, 8, 8, photometric: "RGB", samples: 3)
                .Element(0x7FE00010, "OB", new byte[48]).File(Explicit)),
            ("private of unknown length", Grey().Text(0x00090010, "LO", "PRIVATE").Element(0x00091001, "UN", Nested(2, explicitVr: false), uint.MaxValue)
                .Element(0x00091002, "ZZ", [1, 2, 3, 4]).Pixels(Words(48)).File(Explicit)),
        ];
    }

    private static (string, byte[])[] Compressed()
    {
        ushort[] words = Words(48);
        byte[] run = RunLengthFrame.Of([0xD1, 7], [0x0F, .. new byte[16], 0x0F, .. new byte[16], 0x0F, .. new byte[16]]);
        byte[] twoFrames = [0, 0, 0, 0, (byte)(run.Length + 8), 0, 0, 0];
        byte[] smooth = [.. Enumerable.Range(0, Side * Side * 3).Select(i => (byte)(i / 13))];
        byte[] grey = Encode(".jpg", Mat.FromPixelData(Side, Side, MatType.CV_8UC1, smooth[..(Side * Side)]));
        byte[] progressive = Encode(".jpg", Mat.FromPixelData(Side, Side, MatType.CV_8UC1, smooth[..(Side * Side)]), ImwriteFlags.JpegProgressive);
        byte[] colour = Encode(".jpg", Mat.FromPixelData(Side, Side, MatType.CV_8UC3, smooth));
        byte[] wavelet = Encode(".jp2", Mat.FromPixelData(Side, Side, MatType.CV_8UC3, smooth));
        DicomBytes Grey() => new DicomBytes().Image(6, 8);
        DicomBytes Bytes(int samples = 1, string photometric = "MONOCHROME2") =>
            new DicomBytes().Image(Side, Side, 8, 8, photometric: photometric, samples: samples);
        return
        [
            ("run length", Grey().Fragments([0, 0, 0, 0], run).File(RunLength)),
            ("run length frames", Grey().Text(0x00280008, "IS", "2").Fragments(twoFrames, run, run).File(RunLength)),
            ("run length in fragments", Grey().Fragments(null, run[..70], run[70..]).File(RunLength)),
            ("lossless jpeg", Grey().Fragments(null, LosslessJpeg.Encode(words, 6, 8, 16)).File(JpegLossless)),
            ("lossless jpeg frames", Grey().Text(0x00280008, "IS", "2")
                .Fragments(null, LosslessJpeg.Encode(words, 6, 8, 16), LosslessJpeg.Encode(words, 6, 8, 16)).File(JpegLossless)),
            ("baseline jpeg", Bytes().Fragments(null, grey).File(JpegBaseline)),
            ("progressive jpeg", Bytes().Fragments(null, progressive).File(JpegBaseline)),
            ("colour jpeg", Bytes(3, "YBR_FULL_422").Fragments(null, colour).File(JpegBaseline)),
            ("jpeg 2000 frames", Bytes(3, "YBR_RCT").Text(0x00280008, "IS", "3").Fragments(null, wavelet, wavelet, wavelet).File(Jpeg2000)),
            ("jpeg 2000 in boxes", Bytes(3, "YBR_RCT").Fragments(null, wavelet).File(Jpeg2000)),
        ];
    }

    /// <summary>Items within items, all of undefined length, closed again.</summary>
    private static byte[] Nested(int depth, bool explicitVr = true)
    {
        DicomBytes inside = new DicomBytes(explicitVr).Element(0xFFFEE000, "", [], uint.MaxValue).Text(0x00080100, "SH", "CODE");
        if (depth > 1)
        {
            inside.Element(0x00082218, "SQ", Nested(depth - 1, explicitVr), uint.MaxValue);
        }

        return inside.Element(0xFFFEE00D, "", []).Element(0xFFFEE0DD, "", []).ToArray();
    }

    private static ushort[] Words(int count) => [.. Enumerable.Range(0, count).Select(i => (ushort)(i * 997))];

    private static byte[] Encode(string format, Mat image, ImwriteFlags? flag = null)
    {
        using (image)
        {
            Cv2.ImEncode(format, image, out byte[] bytes, flag is { } set ? [new ImageEncodingParam(set, 1)] : []);
            return bytes;
        }
    }
}
