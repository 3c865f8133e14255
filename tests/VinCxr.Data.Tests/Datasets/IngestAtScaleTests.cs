using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.Deidentification;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Tests.Datasets;

public sealed class IngestAtScaleTests
{
    private const string ExplicitLittle = "1.2.840.10008.1.2.1";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_content_under_two_names_is_one_blob_and_two_images()
    {
        await using var set = await DatasetFixture.CreateAsync();
        for (int i = 0; i < 12; i++)
        {
            set.Add($"img{i:D2}.dicom", FakeDicom.Write(20, 30, seed: i / 4));
        }

        var report = await set.IngestAsync(options: new IngestOptions(Parallelism: 8));

        Assert.Equal((3, 9, 3 * 744L), (report.Uploaded, report.AlreadyStored, report.UploadedBytes));
        Assert.Equal(12, report.Manifest.Images.Count);
        Assert.Equal(3, report.Manifest.Images.DistinctBy(i => i.BlobId).Count());
        Assert.Equal(4, await set.CountBlobsAsync());
        Assert.Equal(9, HeaderStatistics.Of(report.Manifest.Images).SharedFiles);
    }

    [Fact]
    public async Task A_dry_run_reports_all_and_stores_nothing()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(4);
        await set.IngestAsync(name: "other");
        int blobs = await set.CountBlobsAsync();
        set.Add("new.dicom", FakeDicom.Write(20, 30, seed: 99));
        set.Add("bad.dicom", [1, 2, 3]);
        var dry = new IngestOptions { DryRun = true };

        var report = await set.IngestAsync(options: dry);
        var without = await new DatasetIngest(store: null, new FakeDicom()).RunAsync("set", set.Images, null, dry, cancellationToken: Cancellation);

        Assert.Equal((1, 4, 744L, true), (report.Uploaded, report.AlreadyStored, report.UploadedBytes, report.DryRun));
        Assert.Equal((5, 0, 5 * 744L), (without.Uploaded, without.AlreadyStored, without.UploadedBytes));
        Assert.Equal(report.Manifest.Version, without.Manifest.Version);
        Assert.Single(report.Manifest.Quarantined);
        Assert.Equal(blobs, await set.CountBlobsAsync());
        Assert.Equal("other", Assert.Single(await new DatasetCatalog(set.Store).ListAsync(Cancellation)).Name);
        Assert.Equal(["ingest/other"], await ToListAsync(set.Store.Logs.ListLogsAsync(Cancellation)));
        Assert.Equal(report.Manifest.Version, (await set.IngestAsync()).Manifest.Version);
    }

    [Fact]
    public async Task Deidentified_files_are_stored_rewritten_and_known_as_such()
    {
        await using var set = await DatasetFixture.CreateAsync();
        byte[] file = new DicomBytes().Text(0x00080080, "LO", "Hospital").Text(0x00100010, "PN", "Nguyen").Text(0x00100040, "CS", "F")
            .Text(0x00101010, "AS", "031Y").Image(2, 2).Pixels(1, 2, 3, 4).File(ExplicitLittle);
        set.Add("one.dicom", file);
        var options = new IngestOptions { Deidentify = true };

        var first = await IngestAsync(set, options);
        var again = await IngestAsync(set, options);
        var plain = await IngestAsync(set, new IngestOptions());

        var image = first.Manifest.Images[0];
        Assert.Equal((1, 0, 1), (first.Uploaded, again.Uploaded, plain.Uploaded));
        Assert.Equal(first.Manifest.Version, again.Manifest.Version);
        Assert.NotEqual(image.BlobId, plain.Manifest.Images[0].BlobId);
        Assert.Equal(image.PixelSha256, plain.Manifest.Images[0].PixelSha256);
        Assert.Equal((ConfidentialityProfile.Version, null), (first.Manifest.Deidentification, plain.Manifest.Deidentification));
        Assert.Equal(("F", "031Y"), (image.Facts!.Sex, image.Facts.Age));
        Assert.Equal(["(0008,0080) InstitutionName", "(0010,0010) PatientName"], again.Manifest.PhiTags.Keys);
        byte[] stored = await File.ReadAllBytesAsync(set.PathOf(image.BlobId), Cancellation);
        Assert.Empty(PhiScan.Find(stored));
        Assert.Equal(stored, Deidentifier.Run(file).ToArray());
    }

    [Fact]
    public async Task Ledger_lines_are_appended_in_groups_and_all_of_them_arrive()
    {
        await using var set = await DatasetFixture.CreateAsync();
        for (int i = 0; i < 150; i++)
        {
            set.Add($"img{i:D3}.dicom", FakeDicom.Write(4, 4, seed: i));
        }

        var counting = new CountingStore(set.Store);
        await new DatasetIngest(counting, new FakeDicom(), new FrozenTime()).RunAsync("set", set.Images, null, new IngestOptions(), cancellationToken: Cancellation);

        Assert.InRange(counting.Appends, 1, 4);
        var reader = new FakeDicom();
        Assert.Equal(150, (await set.IngestAsync(reader: reader)).AlreadyStored);
        Assert.Equal(0, reader.Decoded);
    }

    [Fact]
    public async Task Findings_are_handed_out_even_when_no_file_can_be_used()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.Add("bad.dicom", [1, 2, 3]);
        IngestFindings? seen = null;
        var options = new IngestOptions
        {
            FilesTaken = findings =>
            {
                seen = findings;
                return Task.CompletedTask;
            },
        };
        await Assert.ThrowsAsync<VinCxr.Core.InvalidInputException>(() => set.IngestAsync(options: options));
        Assert.Equal(("bad.dicom", 3L), (Assert.Single(seen!.Quarantined).File, seen.Quarantined[0].Bytes));
    }

    private static Task<IngestReport> IngestAsync(DatasetFixture set, IngestOptions options) => set.IngestAsync(options: options, reader: new DicomReader());

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    /// <summary>A clock that stands, so that only the number of lines makes a group due.</summary>
    private sealed class FrozenTime : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }

    private sealed class CountingStore(IStore inner) : IStore, ILogStore
    {
        private int _appends;

        public int Appends => _appends;

        public string Uri => inner.Uri;

        public IBlobStore Blobs => inner.Blobs;

        public IDocumentStore Documents => inner.Documents;

        public ILogStore Logs => this;

        public Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _appends);
            return inner.Logs.AppendAsync(log, entries, cancellationToken);
        }

        public Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _appends);
            return inner.Logs.AppendAfterAsync(log, afterSequence, entries, cancellationToken);
        }

        public IAsyncEnumerable<LogEntry> ReadAsync(string log, long afterSequence = 0, CancellationToken cancellationToken = default) =>
            inner.Logs.ReadAsync(log, afterSequence, cancellationToken);

        public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default) => inner.Logs.ListLogsAsync(cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
