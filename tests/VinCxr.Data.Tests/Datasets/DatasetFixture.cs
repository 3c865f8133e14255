using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Datasets;

/// <summary>A store and an images folder in one temporary folder.</summary>
internal sealed class DatasetFixture : IAsyncDisposable
{
    public const string Header = "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n";

    private readonly TempDirectory _directory;

    private DatasetFixture(TempDirectory directory, IStore store)
    {
        _directory = directory;
        Store = store;
    }

    public IStore Store { get; }

    /// <summary>Folder of the store.</summary>
    public string Root => _directory.File("store");

    public string Images => Directory.CreateDirectory(_directory.File("images")).FullName;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<DatasetFixture> CreateAsync()
    {
        var directory = new TempDirectory();
        return new DatasetFixture(directory, await StoreFactory.OpenAsync(directory.File("store"), create: true, Cancellation));
    }

    /// <summary>Writes <c>img000.dicom</c>, <c>img001.dicom</c>, … of distinct content, 20 rows by 30 columns.</summary>
    public void AddImages(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Add($"img{i:D3}.dicom", FakeDicom.Write(rows: 20, columns: 30, seed: i));
        }
    }

    public void Add(string name, byte[] content)
    {
        string path = Path.Combine(Images, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    /// <returns>Path of an annotation file with these rows.</returns>
    public string Csv(params string[] rows)
    {
        string path = _directory.File("train.csv");
        File.WriteAllText(path, Header + string.Concat(rows.Select(r => r + "\n")));
        return path;
    }

    public Task<IngestReport> IngestAsync(
        string? csv = null, IngestOptions? options = null, IDicomReader? reader = null, IProgress<IngestProgress>? progress = null,
        CancellationToken? cancellation = null, string name = "set") =>
        new DatasetIngest(Store, reader ?? new FakeDicom()).RunAsync(name, Images, csv, options ?? new IngestOptions(), progress, cancellation ?? Cancellation);

    /// <summary>File of a stored blob.</summary>
    public string PathOf(string blobId) => Path.Combine(Root, "blobs", blobId[..2], blobId);

    /// <summary>Flips a byte of a stored blob behind the store's back.</summary>
    public void Corrupt(string blobId)
    {
        string path = PathOf(blobId);
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);
    }

    public async Task<int> CountBlobsAsync()
    {
        int count = 0;
        await foreach (var _ in Store.Blobs.ListAsync(cancellationToken: Cancellation))
        {
            count++;
        }

        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Dispose();
    }
}
