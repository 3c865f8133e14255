using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Api;
using VinCxr.Server.Uploads;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Uploads;

/// <summary>A folder of uploads that servers come and go on, one at a time unless a test says otherwise.</summary>
internal sealed class SpoolBench : IDisposable
{
    private readonly TempDirectory _folder = new();
    private UploadSpool? _spool;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public UploadOptions Options { get; set; } = new() { FileBytes = 4096, AnnotationBytes = 1024, UploadBytes = 10_000, TotalBytes = 16_000, Files = 4, PerUser = 2 };

    public string Folder => _folder.Path;

    public UploadSpool Spool => _spool ??= Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public UploadSpool Open(string store = "file:///store")
    {
        var spool = new UploadSpool(Options with { Folder = Folder }, store, Clock);
        spool.Resume();
        return spool;
    }

    /// <summary>A server after this one.</summary>
    public void StartAgain()
    {
        _spool?.Dispose();
        _spool = Open();
    }

    public UploadSession Create(string user = "ann", string? key = null, string dataset = "lungs") => Spool.Create(dataset, new CreateUpload(key, user));

    public static Task<UploadedFile> PutAsync(UploadSession session, string name, string text, bool says = true, string? sha256 = null) =>
        PutAsync(session, name, new MemoryStream(Encoding.UTF8.GetBytes(text)), says ? text.Length : null, sha256);

    public static Task<UploadedFile> PutAsync(UploadSession session, string name, Stream content, long? length = null, string? sha256 = null) =>
        session.PutAsync(new UploadContent(name, length, sha256, () => content), Cancel);

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Paths of everything that an upload has on disk.</summary>
    public string[] FilesOnDisk() =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Folder, p)).Where(p => !p.EndsWith("place.lock", StringComparison.Ordinal)).Order()];

    public void Dispose()
    {
        _spool?.Dispose();
        _folder.Dispose();
    }
}
