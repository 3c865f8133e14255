using VinCxr.Core;

namespace VinCxr.Server.Hosting;

/// <summary>
/// Exclusive hold of a store by the one process that hosts its grains: an operating-system lock on <c>server.lock</c>, so it ends with
/// the process however that dies.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _recordPath;

    private StoreLock(FileStream file, string recordPath) => (_file, _recordPath) = (file, recordPath);

    /// <summary>Folder of a <c>file://</c> store, or null for a store elsewhere.</summary>
    public static string? DirectoryOf(string storeUri)
    {
        const string Scheme = "file://";
        if (!storeUri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        string path = storeUri[Scheme.Length..];
        return OperatingSystem.IsWindows() ? path.TrimStart('/') : path;
    }

    public static string RecordPath(string directory) => Path.Combine(directory, "server.json");

    /// <returns>The lock, or null when another process holds it.</returns>
    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public static StoreLock? TryTake(string directory)
    {
        string path = Path.Combine(directory, "server.lock");
        try
        {
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), RecordPath(directory));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreException($"'{path}' cannot be locked: {error.Message}", error);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (IOException error)
        {
            throw new StoreException($"'{path}' cannot be locked: {error.Message}", error);
        }
    }

    public void Announce(ServerRecord record) => record.Write(_recordPath);

    public void Dispose()
    {
        File.Delete(_recordPath);
        _file.Dispose();
    }
}
