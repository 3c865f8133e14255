using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using VinCxr.Contracts.Api;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Api.Uploads;

/// <summary>What one caller asks about uploads, over HTTP.</summary>
internal sealed class UploadClient(HttpClient http, string key)
{
    public HttpClient Http => http;

    public string Key => key;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string PathOf(UploadInfo upload, string more = "") => $"datasets/{upload.Dataset}/uploads/{upload.Id}{more}";

    public async Task<UploadInfo> CreateAsync(string dataset)
    {
        using var response = await http.PostAsync($"datasets/{dataset}/uploads", null, Cancel);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<UploadInfo>(ApiJson.Options, Cancel))!;
    }

    /// <param name="name">As it goes into the address.</param>
    public async Task<HttpResponseMessage> PutAsync(UploadInfo upload, string name, byte[] content, bool says = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, PathOf(upload, $"/files/{name}")) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = says ? null : true;
        request.Headers.Add("Repr-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:");
        return await http.SendAsync(request, Cancel);
    }

    public async Task PutAllAsync(UploadInfo upload, IEnumerable<(string Name, byte[] Content)> files)
    {
        foreach (var (name, content) in files)
        {
            using var response = await PutAsync(upload, name, content);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    public async Task<IReadOnlyList<UploadedFile>> FilesAsync(UploadInfo upload) =>
        (await http.GetFromJsonAsync<Page<UploadedFile>>(PathOf(upload, "/files"), ApiJson.Options, Cancel))!.Items;

    public Task<HttpResponseMessage> IngestAsync(UploadInfo upload, UploadIngest request) => http.PutAsJsonAsync(PathOf(upload, "/ingest"), request, ApiJson.Options, Cancel);

    /// <returns>The upload once its ingest has ended.</returns>
    public async Task<UploadInfo> IngestedAsync(UploadInfo upload, UploadIngest request)
    {
        using var response = await IngestAsync(upload, request);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(Cancel));
        return await Eventually.ReadAsync(() => GetAsync(upload), u => u.State != UploadState.Ingesting, "ingested", Cancel, TimeSpan.FromMinutes(3));
    }

    public async Task<UploadInfo> GetAsync(UploadInfo upload) => (await http.GetFromJsonAsync<UploadInfo>(PathOf(upload), ApiJson.Options, Cancel))!;

    public async Task<UploadReport> ReportAsync(UploadInfo upload) => (await http.GetFromJsonAsync<UploadReport>(PathOf(upload, "/report"), ApiJson.Options, Cancel))!;
}
