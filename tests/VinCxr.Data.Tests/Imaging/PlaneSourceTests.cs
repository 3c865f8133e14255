using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Imaging;

public class PlaneSourceTests
{
    private static readonly PreprocessSpec Spec = new(96);

    [Theory]
    [InlineData(DicomEncoding.ImplicitLittleEndian)]
    [InlineData(DicomEncoding.ExplicitLittleEndian)]
    [InlineData(DicomEncoding.DeflatedExplicitLittleEndian)]
    [InlineData(DicomEncoding.RunLength)]
    [InlineData(DicomEncoding.Jpeg2000Lossless)]
    public void A_file_gives_the_plane_of_its_decoded_image_whatever_its_encoding(DicomEncoding encoding)
    {
        foreach (string transform in new[] { "none", "minmax", "percentile", "equalize", "zscore", "clahe" })
        {
            AssertSamePlane(Radiograph(encoding), Spec with { Transform = transform });
        }
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(16, false)]
    [InlineData(8, true)]
    [InlineData(8, false)]
    public void Byte_orders_and_sample_sizes_are_those_of_the_reader(int bits, bool bigEndian)
    {
        AssertSamePlane(GreyFile.Write(37, 41, bits, bigEndian, "OW"), Spec with { Size = 16 });
        AssertSamePlane(GreyFile.Write(37, 41, bits, bigEndian, "OB"), Spec with { Size = 16 });
    }

    [Fact]
    public void Rows_longer_than_a_chunk_and_tags_longer_than_the_header_buffer_are_read()
    {
        AssertSamePlane(GreyFile.Write(3, 60_000, 16, bigEndian: false, "OW"), Spec with { Size = 50_000 });
        AssertSamePlane(GreyFile.Write(300, 500, 16, bigEndian: false, "OW", privateBytes: 200_000), Spec);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(700)]
    public void Damaged_files_are_refused_as_the_reader_refuses_them(int cut)
    {
        byte[] file = cut == 0 ? "no DICOM"u8.ToArray() : GreyFile.Write(20, 30, 16, bigEndian: false, "OW")[..^cut];
        using var folder = new TempDirectory();
        File.WriteAllBytes(folder.File("image.dcm"), file);
        string expected = Assert.Throws<DicomException>(() => new DicomReader().Read(file)).Message;
        Assert.Equal(expected, Assert.Throws<DicomException>(() => PlaneSource.FromFile(folder.File("image.dcm"), Spec)).Message);
        Assert.Equal(expected, Assert.Throws<DicomException>(() => PlaneSource.FromBytes(file, Spec)).Message);
    }

    [Theory]
    [InlineData("minmax", 64 << 10)]
    [InlineData("none", 64 << 10)]
    [InlineData("equalize", 3 << 20)]
    public void The_second_image_allocates_little_beyond_its_plane(string transform, int most)
    {
        using var folder = new TempDirectory();
        string path = folder.File("image.dcm");
        File.WriteAllBytes(path, GreyFile.Write(2000, 1500, 16, bigEndian: false, "OW"));
        Plane plane = PlaneSource.FromFile(path, Spec with { Size = 1024, Transform = transform });
        long before = GC.GetAllocatedBytesForCurrentThread();
        PlaneSource.FromFile(path, Spec with { Size = 1024, Transform = transform });
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, plane.Bytes.Length, plane.Bytes.Length + most);
    }

    [Fact]
    public void Real_radiographs_differ_from_the_table_of_levels_by_rounding_only()
    {
        Assert.SkipUnless(SharedData.RealLungs is not null, "../shared/data/real-lungs is absent");
        long pixels = 0, different = 0;
        foreach (string path in Directory.EnumerateFiles(SharedData.RealLungs!, "*.dicom").Order(StringComparer.Ordinal).Take(20))
        {
            DicomImage image = new DicomReader().Read(File.ReadAllBytes(path));
            foreach (string transform in new[] { "none", "minmax" })
            {
                PreprocessSpec spec = new(512, "voi", transform, 8);
                Plane plane = PlaneSource.FromFile(path, spec), table = ImagePreparation.PrepareByTable(image.Header, image.PixelBytes, spec);
                int[] differences = [.. plane.Bytes.Zip(table.Bytes, (a, b) => Math.Abs(a - b))];
                Assert.True(differences.Max() <= 1, path);
                (pixels, different) = (pixels + differences.Length, different + differences.Count(d => d > 0));
            }
        }

        Assert.True(pixels > 0);
        Assert.True(different < pixels / 200, $"{different} of {pixels} pixels differ by one");
    }

    private static void AssertSamePlane(byte[] file, PreprocessSpec spec)
    {
        using var folder = new TempDirectory();
        File.WriteAllBytes(folder.File("image.dcm"), file);
        Plane expected = ImagePreparation.Prepare(new DicomReader().Read(file), spec);
        foreach (Plane plane in new[] { PlaneSource.FromFile(folder.File("image.dcm"), spec), PlaneSource.FromBytes(file, spec) })
        {
            Assert.Equal((expected.Width, expected.Height, expected.Bits), (plane.Width, plane.Height, plane.Bits));
            Assert.Equal(expected.Bytes, plane.Bytes);
        }

        Assert.True(expected.Bytes.Distinct().Count() > 10);
    }

    private static byte[] Radiograph(DicomEncoding encoding)
    {
        var random = new Random(5);
        ushort[] pixels = [.. Enumerable.Range(0, 150 * 210).Select(i => (ushort)((i % 210 * 200) + random.Next(9000)))];
        return DicomWriter.Write(new DicomContent { Identity = 7, Rows = 150, Columns = 210, Pixels = pixels, Encoding = encoding, Window = (30_000, 40_001) });
    }
}
