using VinCxr.Benchmarks.Stores;
using VinCxr.Data.Stores;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>A new store for one run: in a folder of its own on the disk of the working directory, or over the wire.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private readonly MongoBench? _server;
    private readonly DirectoryInfo _folder;

    private BenchStore(IStore store, MongoBench? server, DirectoryInfo folder) => (Store, _server, _folder) = (store, server, folder);

    public IStore Store { get; }

    /// <summary>For files beside the store.</summary>
    public string Folder => _folder.FullName;

    public static async Task<BenchStore> OpenAsync(bool overMongo)
    {
        // Not the temporary folder, which is often memory and would make every flush free.
        var folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, "artifacts", "bench", Path.GetRandomFileName()));
        var server = overMongo ? MongoBench.Start() : null;
        string uri = server is null ? Path.Combine(folder.FullName, "store") : $"{server.Uri}/bench_{Guid.NewGuid():N}";
        return new BenchStore(await StoreFactory.OpenAsync(uri, create: true), server, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _server?.Dispose();
        _folder.Delete(recursive: true);
    }
}
