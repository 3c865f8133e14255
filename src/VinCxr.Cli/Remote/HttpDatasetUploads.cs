using System.Net.Http.Headers;
using VinCxr.Contracts.Api;

namespace VinCxr.Cli.Remote;

/// <summary>The typed client of uploads: those of a server elsewhere. Errors are those the server met.</summary>
internal sealed class HttpDatasetUploads(ServerConnection server) : IDatasetUploads
{
    /// <summary>A short body is sent before the server could refuse it.</summary>
    private const long ShortBody = 64 * 1024;

    private const string Files = "files";

    public async Task<UploadInfo> CreateUploadAsync(string dataset, CreateUpload request, CancellationToken cancellationToken = default)
    {
        // With a key the request can be sent again when its answer is lost.
        using var message = new HttpRequestMessage(HttpMethod.Post, PathOf(dataset));
        message.Headers.Add(ServerConnection.IdempotencyKey, request.Key ?? Guid.NewGuid().ToString("N"));
        return await server.SendAsync<UploadInfo>(message, cancellationToken);
    }

    public async Task<IReadOnlyList<UploadInfo>> ListUploadsAsync(string dataset, CancellationToken cancellationToken = default) =>
        await server.GetAsync<UploadInfo[]>(PathOf(dataset), cancellationToken);

    public Task<UploadInfo> GetUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        server.GetAsync<UploadInfo>(PathOf(dataset, upload), cancellationToken);

    public Task<IReadOnlyList<UploadedFile>> ListUploadFilesAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        server.PagesAsync<UploadedFile>(PathOf(dataset, upload, Files), cancellationToken);

    public async Task<UploadedFile> PutUploadFileAsync(string dataset, string upload, UploadContent content, CancellationToken cancellationToken = default)
    {
        string path = FilePath(dataset, upload, content.Name);
        return await server.SendAsync<UploadedFile>(
            alive =>
            {
                var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StreamContent(new SentStream(content.Open(), _ => alive())) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                request.Content.Headers.ContentLength = content.Length;

                // What would be refused is then not sent at all.
                request.Headers.ExpectContinue = content.Length is not <= ShortBody;
                if (content.Sha256 is { } sha256)
                {
                    request.Headers.Add("Repr-Digest", $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:");
                }

                return request;
            },
            cancellationToken);
    }

    public Task RemoveUploadFileAsync(string dataset, string upload, string file, CancellationToken cancellationToken = default) =>
        server.SendAsync(HttpMethod.Delete, FilePath(dataset, upload, file), null, cancellationToken);

    public async Task<UploadInfo> IngestUploadAsync(string dataset, string upload, UploadIngest request, CancellationToken cancellationToken = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Put, PathOf(dataset, upload, "ingest")) { Content = ApiCalls.Json(request) };
        return await server.SendAsync<UploadInfo>(message, cancellationToken);
    }

    public Task<UploadReport> GetUploadReportAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        server.GetAsync<UploadReport>(PathOf(dataset, upload, "report"), cancellationToken);

    public Task RemoveUploadAsync(string dataset, string upload, CancellationToken cancellationToken = default) =>
        server.SendAsync(HttpMethod.Delete, PathOf(dataset, upload), null, cancellationToken);

    private static string PathOf(string dataset, params ReadOnlySpan<string> more) => ApiCalls.Path(["datasets", dataset, "uploads", .. more]);

    private static string FilePath(string dataset, string upload, string file) => ApiCalls.Path(["datasets", dataset, "uploads", upload, Files, .. file.Split('/')]);
}
