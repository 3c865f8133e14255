namespace VinCxr.Contracts.Api;

/// <summary>
/// Takes data sets in from elsewhere: files come one by one into a folder of the server, which then ingests them as a command on the store would. An upload
/// belongs to who began it and to the server that it was begun on.
/// </summary>
/// <remarks>Errors are those of <see cref="IControlPlane"/>.</remarks>
public interface IDatasetUploads
{
    /// <summary>Begins an upload, or gives the one of the same user, data set and key.</summary>
    Task<UploadInfo> CreateUploadAsync(string dataset, CreateUpload request, CancellationToken cancellationToken = default);

    /// <summary>Uploads for a data set, newest first: the caller's own; operators see everybody's.</summary>
    Task<IReadOnlyList<UploadInfo>> ListUploadsAsync(string dataset, CancellationToken cancellationToken = default);

    Task<UploadInfo> GetUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default);

    /// <summary>Files that have arrived whole, in ordinal order of their names.</summary>
    Task<IReadOnlyList<UploadedFile>> ListUploadFilesAsync(string dataset, string upload, CancellationToken cancellationToken = default);

    /// <summary>Puts one file, or another content in its place; the same content again changes nothing.</summary>
    Task<UploadedFile> PutUploadFileAsync(string dataset, string upload, UploadContent content, CancellationToken cancellationToken = default);

    /// <param name="file">As <see cref="UploadedFile.Name"/>.</param>
    Task RemoveUploadFileAsync(string dataset, string upload, string file, CancellationToken cancellationToken = default);

    /// <summary>Starts the ingest of what has arrived; asking for the same once more changes nothing.</summary>
    Task<UploadInfo> IngestUploadAsync(string dataset, string upload, UploadIngest request, CancellationToken cancellationToken = default);

    /// <summary>What the ingest found, once it is done.</summary>
    Task<UploadReport> GetUploadReportAsync(string dataset, string upload, CancellationToken cancellationToken = default);

    /// <summary>Ends an upload with its files; what it ingested stays.</summary>
    Task RemoveUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default);
}
