using VinCxr.Contracts.Api;
using VinCxr.Data.Datasets;

namespace VinCxr.Server.Uploads;

/// <summary>Uploads of this server, without any question of who asks beyond whose data set it is.</summary>
internal sealed class DatasetUploads(UploadSpool spool, UploadIngester ingester, DatasetOwners owners) : IDatasetUploads
{
    public async Task<UploadInfo> CreateUploadAsync(string dataset, CreateUpload request, CancellationToken cancellationToken = default)
    {
        DatasetIngest.CheckName(dataset);
        await owners.EnsureMayAddAsync(dataset, request.User!, request.Operates, cancellationToken);
        return spool.Create(dataset, request).Info;
    }

    public Task<IReadOnlyList<UploadInfo>> ListUploadsAsync(string dataset, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<UploadInfo>>(
        [.. spool.Sessions.Where(s => s.Record.Dataset == dataset).Select(s => s.Info).OrderByDescending(i => i.CreatedAt)]);

    public Task<UploadInfo> GetUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default) => Task.FromResult(spool.Get(dataset, upload).Info);

    public Task<IReadOnlyList<UploadedFile>> ListUploadFilesAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        Task.FromResult(spool.Get(dataset, upload).ListFiles());

    public Task<UploadedFile> PutUploadFileAsync(string dataset, string upload, UploadContent content, CancellationToken cancellationToken = default) =>
        spool.Get(dataset, upload).PutAsync(content, cancellationToken);

    public Task RemoveUploadFileAsync(string dataset, string upload, string file, CancellationToken cancellationToken = default)
    {
        spool.Get(dataset, upload).RemoveFile(file);
        return Task.CompletedTask;
    }

    public async Task<UploadInfo> IngestUploadAsync(string dataset, string upload, UploadIngest request, CancellationToken cancellationToken = default)
    {
        var session = spool.Get(dataset, upload);
        await owners.EnsureMayAddAsync(dataset, session.Record.User, session.Record.Operates, cancellationToken);
        if (session.BeginIngest(request))
        {
            ingester.Add(session);
        }

        return session.Info;
    }

    public Task<UploadReport> GetUploadReportAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        Task.FromResult(spool.Get(dataset, upload).ReadReport());

    public Task RemoveUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default)
    {
        spool.Remove(spool.Get(dataset, upload));
        return Task.CompletedTask;
    }
}
