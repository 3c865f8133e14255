using System.Net.Http.Headers;
using VinCxr.Contracts.Api;
using VinCxr.Server.Hosting;
using VinCxr.Server.Uploads;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Api.Uploads;

/// <summary>A server that asks for keys and takes small uploads.</summary>
public sealed class UploadServer : KeyServer
{
    internal static readonly UploadOptions Limits = new()
    {
        FileBytes = 8 << 20,
        AnnotationBytes = 1 << 20,
        UploadBytes = 64 << 20,
        TotalBytes = 256 << 20,
        Files = 40,
        PerUser = 100,
        ImageBytes = 32 << 20,
        IngestMemoryBytes = 64 << 20,
    };

    private readonly List<HttpClient> _clients = [];

    protected override ServeOptions Configure(ServeOptions options) => options with { Uploads = Limits };

    /// <summary>A client of somebody with a key of their own.</summary>
    internal async Task<UploadClient> AsAsync(string user, string role = "submitter", bool patients = false)
    {
        var key = await CreateKeyOnStoreAsync(new CreateKey(user, role, user, patients));
        var client = new HttpClient { BaseAddress = Client.BaseAddress, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Key);
        _clients.Add(client);
        return new UploadClient(client, key.Key);
    }

    public override async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await base.DisposeAsync();
    }
}
