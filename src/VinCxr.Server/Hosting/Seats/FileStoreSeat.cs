using System.Diagnostics;
using VinCxr.Core;

namespace VinCxr.Server.Hosting.Seats;

/// <summary>
/// An operating-system lock on <c>server.lock</c>, so that a hold ends with its process however that dies; the record is <c>server.json</c> beside it.
/// </summary>
internal sealed class FileStoreSeat(string directory) : IStoreSeat
{
    private string RecordPath => Path.Combine(directory, "server.json");

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

    public Task<IStoreHold?> TryTakeAsync(CancellationToken cancellationToken) => Task.FromResult<IStoreHold?>(TryTake());

    public Task<ServerRecord?> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ServerRecord.Read(RecordPath) is { } record && IsAlive(record.Pid) ? record : null);

    private Hold? TryTake()
    {
        string path = Path.Combine(directory, "server.lock");
        try
        {
            return new Hold(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), RecordPath);
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

    /// <summary>A killed process leaves its record behind.</summary>
    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed class Hold(FileStream file, string recordPath) : IStoreHold
    {
        public CancellationToken Lost => CancellationToken.None;

        public Task AnnounceAsync(ServerRecord record)
        {
            record.Write(recordPath);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            File.Delete(recordPath);
            return file.DisposeAsync();
        }
    }
}
