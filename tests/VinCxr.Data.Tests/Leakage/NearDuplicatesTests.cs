using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Leakage;
using VinCxr.Data.Tests.Datasets;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Leakage;

public sealed class NearDuplicatesTests
{
    [Fact]
    public void A_copy_that_was_resized_brightened_and_compressed_is_found_and_others_are_not()
    {
        ImageSignature[] signatures =
        [
            .. Enumerable.Range(0, 40).Select(i => ImageSignature.Of($"image{i:00}", PerceptualHashTests.Picture(300, 340, seed: i))),
            ImageSignature.Of("zz-copy", Altered(PerceptualHashTests.Picture(300, 340, seed: 7))),
        ];
        NearDuplicate pair = Assert.Single(NearDuplicates.Find(signatures, new DuplicateOptions()));
        Assert.Equal(("image07", "zz-copy"), (pair.A, pair.B));
        Assert.InRange(pair.Correlation, 0.99, 1);
        Assert.InRange(pair.Distance, 0, 8);
        Assert.Empty(NearDuplicates.Find(signatures, new DuplicateOptions(Correlation: 0.9999999)));
    }

    [Fact]
    public void Altered_copies_of_real_radiographs_are_all_found_and_no_two_people_are_taken_for_one()
    {
        string? folder = SharedData.RealLungs;
        Assert.SkipWhen(folder is null, "shared/data/real-lungs is not beside this checkout");
        var reader = new DicomReader();
        Plane[] planes = [.. Directory.GetFiles(folder!, "*.dicom").Order(StringComparer.Ordinal).Select(f => ImagePreparation.Prepare(reader.Read(File.ReadAllBytes(f)), new PreprocessSpec(256)))];
        ImageSignature[] signatures =
        [
            .. planes.Select((plane, i) => ImageSignature.Of($"{i:00}", plane)),
            .. planes.Select((plane, i) => ImageSignature.Of($"{i:00}-copy", Altered(plane))),
        ];

        IReadOnlyList<NearDuplicate> found = NearDuplicates.Find(signatures, new DuplicateOptions());

        Assert.Equal(57, planes.Length);
        Assert.Equal(Enumerable.Range(0, 57).Select(i => ($"{i:00}", $"{i:00}-copy")), found.Select(p => (p.A, p.B)));
    }

    [Fact]
    public void Groups_join_chains_and_are_named_by_their_first_image()
    {
        NearDuplicate Pair(string a, string b) => new(a, b, 0, 1);
        IReadOnlyDictionary<string, string> groups = NearDuplicates.Groups([Pair("d", "e"), Pair("b", "d"), Pair("x", "y"), Pair("a", "e")]);
        Assert.Equal(
            [("a", "a"), ("b", "a"), ("d", "a"), ("e", "a"), ("x", "x"), ("y", "x")],
            groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Value)));
    }

    [Fact]
    public void The_distribution_counts_every_pair_once()
    {
        ImageSignature[] signatures = [.. Enumerable.Range(0, 12).Select(i => ImageSignature.Of($"{i}", PerceptualHashTests.Picture(64, 64, seed: i / 2)))];
        IReadOnlyList<DistanceCount> counts = NearDuplicates.Distribution(signatures, 0.98);
        Assert.Equal((65, 66, 6), (counts.Count, counts.Sum(c => c.Pairs), counts.Sum(c => c.Confirmed)));
        Assert.Equal(6, counts[0].Pairs);
    }

    [Fact]
    public async Task Signatures_are_made_once_and_made_again_when_their_blob_is_lost()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(5);
        DatasetManifest manifest = (await set.IngestAsync()).Manifest;
        var counting = new FakeDicom();
        var signatures = new SignatureSet(set.Store, counting);
        Assert.Null(await signatures.FindAsync(manifest, DatasetFixture.Cancellation));

        IReadOnlyList<ImageSignature> made = await signatures.EnsureAsync(manifest, cancellationToken: DatasetFixture.Cancellation);
        IReadOnlyList<ImageSignature> again = await signatures.EnsureAsync(manifest, cancellationToken: DatasetFixture.Cancellation);

        Assert.Equal(5, counting.Decoded);
        Assert.Equal(manifest.Images.Select(i => i.ImageId), made.Select(s => s.ImageId));
        Assert.Equal(made.Select(s => (s.DctHash, s.DifferenceHash)), again.Select(s => (s.DctHash, s.DifferenceHash)));
        Assert.All(made.Zip(again), p => Assert.Equal(p.First.Thumbnail, p.Second.Thumbnail));

        var blob = await set.Store.Blobs.ListAsync(new Dictionary<string, string> { ["kind"] = "image-signatures" }, DatasetFixture.Cancellation)
            .SingleAsync(DatasetFixture.Cancellation);
        await set.Store.Blobs.DeleteAsync(blob.Id, DatasetFixture.Cancellation);
        Assert.Null(await signatures.FindAsync(manifest, DatasetFixture.Cancellation));
        await signatures.EnsureAsync(manifest, cancellationToken: DatasetFixture.Cancellation);
        Assert.Equal(10, counting.Decoded);

        set.Corrupt(blob.Id);
        Assert.Null(await signatures.FindAsync(manifest, DatasetFixture.Cancellation));
        await signatures.EnsureAsync(manifest, cancellationToken: DatasetFixture.Cancellation);
        Assert.NotNull(await signatures.FindAsync(manifest, DatasetFixture.Cancellation));
    }

    [Fact]
    public async Task Groups_come_from_duplicates_from_the_store_or_from_nowhere()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        DatasetManifest manifest = (await set.IngestAsync()).Manifest;
        var groups = new ImageGroups(set.Store);
        await groups.SaveAsync(manifest, "patients", new Dictionary<string, string> { ["img000"] = "p1", ["img002"] = "p1" }, DatasetFixture.Cancellation);

        Assert.Equal("p1", (await groups.ResolveAsync(manifest, "patients", cancellationToken: DatasetFixture.Cancellation))["img002"]);
        Assert.Empty(await groups.ResolveAsync(manifest, ImageGroups.None, cancellationToken: DatasetFixture.Cancellation));
        var unknown = await Assert.ThrowsAsync<NotFoundException>(() => groups.ResolveAsync(manifest, "hospitals", cancellationToken: DatasetFixture.Cancellation));
        Assert.Contains("'hospitals'", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => groups.SaveAsync(manifest, "none", new Dictionary<string, string>(), DatasetFixture.Cancellation));
    }

    [Fact]
    public async Task Bad_lines_of_a_group_file_are_all_named()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        DatasetManifest manifest = (await set.IngestAsync()).Manifest;
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.File("g.csv"), "image_id,group\nimg000,p\nimg000,q\nimg001,\nghost,p\n", DatasetFixture.Cancellation);

        var error = Assert.Throws<InvalidInputException>(() => ImageGroups.Read(folder.File("g.csv"), manifest));

        Assert.Collection(
            error.Errors,
            e => Assert.Equal("line 3: image 'img000' is listed twice", e),
            e => Assert.StartsWith("line 4: group of image 'img001' is empty", e, StringComparison.Ordinal),
            e => Assert.Equal("line 5: image 'ghost' is not in data set 'set'", e));
    }

    private static Plane Altered(Plane plane)
    {
        using var pixels = OpenCvSharp.Mat.FromPixelData(plane.Height, plane.Width, OpenCvSharp.MatType.CV_8UC1, plane.Bytes);
        using var brighter = new OpenCvSharp.Mat();
        pixels.ConvertTo(brighter, OpenCvSharp.MatType.CV_8UC1, 0.8, 30);
        using var smaller = OpenCvSharp.Cv2.ImDecode(
            brighter.Resize(new OpenCvSharp.Size(plane.Width * 7 / 10, plane.Height * 7 / 10)).ToBytes(".jpg", new OpenCvSharp.ImageEncodingParam(OpenCvSharp.ImwriteFlags.JpegQuality, 60)), OpenCvSharp.ImreadModes.Grayscale);
        var bytes = new byte[smaller.Rows * smaller.Cols];
        System.Runtime.InteropServices.Marshal.Copy(smaller.Data, bytes, 0, bytes.Length);
        return new Plane(smaller.Cols, smaller.Rows, 8, bytes);
    }
}
