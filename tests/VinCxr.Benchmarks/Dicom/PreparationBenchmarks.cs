using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using OpenCvSharp;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;

namespace VinCxr.Benchmarks.Dicom;

/// <summary>One square radiograph at 16 bits, from a file to a prepared plane of 1024 pixels: the work that ingest and sharding repeat.</summary>
[MemoryDiagnoser]
public class PreparationBenchmarks
{
    private readonly DicomReader _reader = new();
    private byte[] _native = [];
    private byte[] _jpeg2000 = [];
    private DicomImage? _image;
    private string _path = "";

    /// <summary>Pixels: three times the plane's side, and a ratio that cuts pixels in two as nearly all real ones do.</summary>
    [Params(3072, 2836)]
    public int Side { get; set; }

    [GlobalSetup]
    public void Encode()
    {
        var random = new Random(1);
        var pixels = new ushort[Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (ushort)(2000 + (1800 * Math.Sin(i % Side / 300.0) * Math.Cos(i / Side / 400.0)) + random.Next(16));
        }

        using Mat image = Mat.FromPixelData(Side, Side, MatType.CV_16UC1, pixels);
        Cv2.ImEncode(".jp2", image, out byte[] frame, new ImageEncodingParam(ImwriteFlags.Jpeg2000CompressionX1000, 1000));
        _native = File("1.2.840.10008.1.2.1", [.. Element(0x7FE0, 0x0010, "OW", MemoryMarshal.AsBytes<ushort>(pixels).ToArray())]);
        byte[] items = [.. Item(0xE000, []), .. Item(0xE000, frame), .. Item(0xE0DD, [])];
        byte[] encapsulated = Element(0x7FE0, 0x0010, "OB", items);
        encapsulated.AsSpan(8, 4).Fill(0xFF);
        _jpeg2000 = File("1.2.840.10008.1.2.4.90", encapsulated);
        _image = _reader.Read(_native);
        _path = Path.GetTempFileName();
        System.IO.File.WriteAllBytes(_path, _native);
    }

    [GlobalCleanup]
    public void Delete() => System.IO.File.Delete(_path);

    /// <summary>What Peers/prepare.py does with pydicom and OpenCV; the file lies in the page cache.</summary>
    [Benchmark(Baseline = true)]
    public Plane FileToPlane() => PlaneSource.FromFile(_path, Spec("minmax"));

    [Benchmark]
    public Plane BytesToPlane() => PlaneSource.FromBytes(_native, Spec("minmax"));

    /// <summary>What a shard pays on top to know that the bytes are those that were ingested.</summary>
    [Benchmark]
    public byte[] Sha256OfFile() => SHA256.HashData(_native);

    [Benchmark]
    public Plane FileToPlaneEqualized() => PlaneSource.FromFile(_path, Spec("equalize"));

    [Benchmark]
    public DicomImage ReadNative() => _reader.Read(_native);

    [Benchmark]
    public DicomImage ReadJpeg2000() => _reader.Read(_jpeg2000);

    [Benchmark]
    public Plane PrepareMinMax() => Prepare(_image!, "minmax");

    [Benchmark]
    public Plane PrepareEqualize() => Prepare(_image!, "equalize");

    [Benchmark]
    public Plane PrepareClahe() => Prepare(_image!, "clahe");

    private static Plane Prepare(DicomImage image, string transform) => ImagePreparation.Prepare(image, Spec(transform));

    private static PreprocessSpec Spec(string transform) => new(1024, "voi", transform, 8);

    private byte[] File(string transferSyntax, byte[] pixelData) =>
    [
        .. new byte[128], .. "DICM"u8, .. Text(0x0002, 0x0010, "UI", transferSyntax), .. Text(0x0028, 0x0004, "CS", "MONOCHROME2"),
        .. Number(0x0010, (ushort)Side), .. Number(0x0011, (ushort)Side), .. Number(0x0100, 16), .. Number(0x0101, 12), .. pixelData,
    ];

    private static byte[] Text(ushort group, ushort element, string vr, string value)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + "\0");
        return [.. Tag(group, element), (byte)vr[0], (byte)vr[1], .. BitConverter.GetBytes((ushort)bytes.Length), .. bytes];
    }

    private static byte[] Number(ushort element, ushort value) =>
        [.. Tag(0x0028, element), (byte)'U', (byte)'S', 2, 0, .. BitConverter.GetBytes(value)];

    private static byte[] Element(ushort group, ushort element, string vr, byte[] value) =>
        [.. Tag(group, element), (byte)vr[0], (byte)vr[1], 0, 0, .. BitConverter.GetBytes(value.Length), .. value];

    private static byte[] Item(ushort element, byte[] value) => [.. Tag(0xFFFE, element), .. BitConverter.GetBytes(value.Length), .. value];

    private static byte[] Tag(ushort group, ushort element) => [.. BitConverter.GetBytes(group), .. BitConverter.GetBytes(element)];
}
