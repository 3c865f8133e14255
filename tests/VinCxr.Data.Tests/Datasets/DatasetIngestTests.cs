using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed class DatasetIngestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ingest_stores_every_image_and_publishes_a_manifest_that_describes_it()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(5);
        string csv = set.Csv("img001,Nodule,3,R1,1,2,10,12.5", "img000,No finding,14,R2,,,,", "img001,Nodule,3,R0,0,0,30,20");

        var report = await set.IngestAsync(csv);

        Assert.Equal((5, 0), (report.Uploaded, report.AlreadyStored));
        Assert.Empty(report.RowErrors);
        var manifest = await new DatasetCatalog(set.Store).GetAsync("set", Cancellation);
        Assert.Equal(["img000", "img001", "img002", "img003", "img004"], manifest.Images.Select(i => i.ImageId));
        Assert.Equal(
            [new Annotation("img000", 14, "R2", null), new("img001", 3, "R0", new Box(0, 0, 30, 20)), new("img001", 3, "R1", new Box(1, 2, 10, 12.5))],
            manifest.Annotations);
        Assert.Equal([new LabelClass(3, "Nodule"), new(14, "No finding")], manifest.Classes.Classes);
        Assert.Equal(14, manifest.Classes.NoFindingId);
        Assert.Empty(manifest.Quarantined);

        byte[] file = FakeDicom.Write(rows: 20, columns: 30, seed: 2);
        var image = manifest.Images[2];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), image.BlobId);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(144))), image.PixelSha256);
        Assert.Equal((file.Length, 20, 30, 8), (image.Length, image.Rows, image.Columns, image.BitsStored));
        Assert.All(manifest.Images, i => Assert.True(set.Store.Blobs.VerifyAsync(i.BlobId, Cancellation).Result));
        int named = Enumerable.Range(0, 5).Count(i => FakeDicom.Write(20, 30, i)[144] % 2 == 0);
        Assert.Equal(named, manifest.PhiTags.GetValueOrDefault("(0010,0010) PatientName"));
    }

    [Fact]
    public async Task A_second_run_uploads_and_decodes_nothing_and_gives_the_same_version()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(8);
        var first = await set.IngestAsync();
        int blobs = await set.CountBlobsAsync();

        var reader = new FakeDicom();
        var second = await set.IngestAsync(reader: reader);

        Assert.Equal((0, 8, 0), (second.Uploaded, second.AlreadyStored, reader.Decoded));
        Assert.Equal(first.Manifest.Version, second.Manifest.Version);
        Assert.Equal(blobs, await set.CountBlobsAsync());
    }

    [Fact]
    public async Task An_ingest_cut_off_midway_shows_no_data_set_and_its_rerun_uploads_only_the_rest()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(30);
        using var cancel = new CancellationTokenSource();
        var breaking = new FakeDicom
        {
            BeforeDecode = count =>
            {
                if (count == 12)
                {
                    cancel.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            set.IngestAsync(options: new IngestOptions(Parallelism: 2), reader: breaking, cancellation: cancel.Token));
        Assert.Empty(await new DatasetCatalog(set.Store).ListAsync(Cancellation));
        int stored = await set.CountBlobsAsync();
        Assert.InRange(stored, 9, 12);

        var report = await set.IngestAsync();
        Assert.Equal((30 - stored, stored), (report.Uploaded, report.AlreadyStored));

        await using var fresh = await DatasetFixture.CreateAsync();
        fresh.AddImages(30);
        Assert.Equal((await fresh.IngestAsync()).Manifest.Version, report.Manifest.Version);
    }

    [Fact]
    public async Task A_changed_file_is_read_again()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        var first = await set.IngestAsync();
        set.Add("img001.dicom", FakeDicom.Write(rows: 21, columns: 30, seed: 77));

        var second = await set.IngestAsync();

        Assert.Equal((1, 2), (second.Uploaded, second.AlreadyStored));
        Assert.NotEqual(first.Manifest.Version, second.Manifest.Version);
        Assert.Equal(21, second.Manifest.Images[1].Rows);
    }

    [Fact]
    public async Task Bad_files_are_quarantined_with_their_reason_and_the_rest_goes_on()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        set.Add("notes.dicom", "this is no DICOM"u8.ToArray());
        set.Add("cut.dcm", FakeDicom.Write(20, 30, seed: 9)[..^100]);
        set.Add("cine.DIC", FakeDicom.Write(20, 30, seed: 10, frames: 4));
        set.Add("twice/img000.dicom", FakeDicom.Write(20, 30, seed: 11));
        set.Add("crash.dicom", FakeDicom.Write(20, 30, seed: 12));
        var reader = new CrashingReader(FakeDicom.Write(20, 30, seed: 12));

        var report = await set.IngestAsync(reader: reader);

        var reasons = report.Manifest.Quarantined.ToDictionary(q => q.File, q => q.Reason);
        Assert.Equal(["cine.DIC", "crash.dicom", "cut.dcm", "notes.dicom", "twice/img000.dicom"], report.Manifest.Quarantined.Select(q => q.File));
        Assert.Contains("4 frames", reasons["cine.DIC"], StringComparison.Ordinal);
        Assert.Contains("OverflowException", reasons["crash.dicom"], StringComparison.Ordinal);
        Assert.Contains("truncated", reasons["cut.dcm"], StringComparison.Ordinal);
        Assert.Contains("not a DICOM file", reasons["notes.dicom"], StringComparison.Ordinal);
        Assert.Contains("'img000.dicom'", reasons["twice/img000.dicom"], StringComparison.Ordinal);
        Assert.Equal(["img000", "img001"], report.Manifest.Images.Select(i => i.ImageId));
        Assert.Equal(3, await set.CountBlobsAsync());
        Assert.Equal(5, Assert.Single(await new DatasetCatalog(set.Store).ListAsync(Cancellation)).Quarantined);
    }

    [Fact]
    public async Task A_native_library_that_does_not_load_stops_the_ingest_instead_of_quarantining_good_files()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        var reader = new FakeDicom { BeforeDecode = _ => throw new DllNotFoundException("no codec") };
        await Assert.ThrowsAsync<DllNotFoundException>(() => set.IngestAsync(reader: reader));
        Assert.Empty(await new DatasetCatalog(set.Store).ListAsync(Cancellation));
    }

    [Fact]
    public async Task Subfolders_are_searched_and_other_files_are_not_images()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.Add("a/b/one.dcm", FakeDicom.Write(4, 4, seed: 1));
        set.Add("a/two", FakeDicom.Write(4, 4, seed: 2));
        set.Add("THREE.DICOM", FakeDicom.Write(4, 4, seed: 3));
        set.Add("train.csv", "a,b"u8.ToArray());
        set.Add("README", "short"u8.ToArray());
        set.Add("LICENCE", new byte[4000]);

        var report = await set.IngestAsync();

        Assert.Equal(["THREE", "one", "two"], report.Manifest.Images.Select(i => i.ImageId));
        Assert.Empty(report.Manifest.Quarantined);
    }

    [Fact]
    public async Task Progress_counts_up_to_all_files_and_bytes()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(6);
        set.Add("bad.dicom", [1, 2, 3]);
        var seen = new List<IngestProgress>();

        await set.IngestAsync(progress: new ListProgress<IngestProgress>(seen));

        long total = (6 * 744) + 3;
        Assert.Equal(new IngestProgress(0, 7, 0, total, 0, 0), seen[0]);
        Assert.Equal(new IngestProgress(7, 7, total, total, 1, 0), seen[^1]);
        Assert.Equal(Enumerable.Range(0, 8), seen.Select(p => p.FilesDone));
    }

    [Fact]
    public async Task Folders_and_names_that_cannot_be_used_are_refused_before_anything_is_stored()
    {
        await using var set = await DatasetFixture.CreateAsync();
        var empty = await Assert.ThrowsAsync<InvalidInputException>(() => set.IngestAsync());
        Assert.Contains("holds no DICOM files", empty.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<InvalidInputException>(() => new DatasetIngest(set.Store, new FakeDicom()).RunAsync(
            "set", set.Images + "/no/such", null, new IngestOptions(), cancellationToken: Cancellation));
        Assert.Contains("/no/such", missing.Message, StringComparison.Ordinal);
        set.AddImages(1);
        var name = await Assert.ThrowsAsync<InvalidInputException>(() => set.IngestAsync(name: "a@b"));
        Assert.Contains("'a@b'", name.Message, StringComparison.Ordinal);
        Assert.Equal(0, await set.CountBlobsAsync());
    }

    [Fact]
    public async Task A_folder_of_bad_files_only_is_refused_with_the_first_reason()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.Add("bad.dicom", [1, 2, 3]);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => set.IngestAsync());
        Assert.Contains("not a DICOM file", error.Message, StringComparison.Ordinal);
        Assert.Empty(await new DatasetCatalog(set.Store).ListAsync(Cancellation));
    }

    private sealed class CrashingReader(byte[] fatal) : Data.Dicom.IDicomReader
    {
        private readonly FakeDicom _inner = new();

        public Data.Dicom.DicomImage Read(ReadOnlyMemory<byte> file) =>
            file.Span.SequenceEqual(fatal) ? throw new OverflowException("boom") : _inner.Read(file);

        public Data.Dicom.DicomHeader ReadHeader(ReadOnlyMemory<byte> file) => _inner.ReadHeader(file);
    }
}
