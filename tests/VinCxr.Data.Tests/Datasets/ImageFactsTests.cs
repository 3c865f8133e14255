using System.Text.Json;
using VinCxr.Core.Annotations;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Synthesis.Dicom;

namespace VinCxr.Data.Tests.Datasets;

public sealed class ImageFactsTests
{
    private static readonly DatasetImage Image = new("i", new string('0', 64), 10, 4, 5, "1.2", "MONOCHROME1", 12, new string('1', 64));

    [Fact]
    public void Facts_are_what_the_header_says()
    {
        byte[] file = DicomWriter.Write(new DicomContent
        {
            Rows = 4,
            Columns = 4,
            BitsStored = 12,
            Pixels = new ushort[16],
            Encoding = DicomEncoding.ExplicitLittleEndian,
            Identity = 1,
            PatientSex = "O",
            PatientAge = "060Y",
            PixelSpacing = 0.139,
            Window = (2000, 4000),
        });

        var facts = ImageFacts.Of(new DicomReader().ReadHeader(file));

        Assert.Equal(
            new ImageFacts
            {
                Sex = "O",
                Age = "060Y",
                Modality = "CR",
                ViewPosition = "PA",
                PixelSpacing = @"0.139\0.139",
                BitsAllocated = 16,
                WindowCenter = 2000,
                WindowWidth = 4000,
                Windows = 1,
            },
            facts);
    }

    [Fact]
    public void The_same_data_has_the_same_version_with_and_without_facts()
    {
        var known = Image with { Facts = new ImageFacts { Sex = "F", Age = "031Y" } };
        Assert.Equal(
            DatasetVersion.Compute(ClassList.VinBigData, [Image], []), DatasetVersion.Compute(ClassList.VinBigData, [known], []));
        // Named by the build that knew no facts; must never change.
        Assert.Equal("aa8a22ddb1e88affb5df9a59193b8570a51d886133ed1676155a37ea3d2fdefa", DatasetVersion.Compute(ClassList.VinBigData, [known], []));
    }

    [Fact]
    public void Manifests_without_facts_load_and_facts_come_back_as_written()
    {
        const string Old = """{"imageId":"i","blobId":"b","length":1,"rows":2,"columns":3,"transferSyntax":"1.2","photometric":"M","bitsStored":8,"pixelSha256":"c"}""";
        var old = JsonSerializer.Deserialize<DatasetImage>(Old, DataJson.Options)!;
        Assert.Null(old.Facts);
        Assert.Equal(Old, JsonSerializer.Serialize(old, DataJson.Options));
        var known = Image with { Facts = new ImageFacts { Age = "031Y", WindowWidth = 4000.5 } };
        Assert.Equal(known, JsonSerializer.Deserialize<DatasetImage>(JsonSerializer.Serialize(known, DataJson.Options), DataJson.Options));
    }
}
