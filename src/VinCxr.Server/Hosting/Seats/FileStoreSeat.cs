using System.Diagnostics;
using VinCxr.Core;

namespace VinCxr.Server.Hosting.Seats;

/// <summary>
/// An operating-system lock on <c>server.lock</c>, so that a hold ends with its process however that dies; the record is <c>server.json</c> beside it.
/// Silos that share the seat share the lock.
/// </summary>
internal sealed class FileStoreSeat(string directory) : IStoreSeat
{
    private string RecordPath => Path.Combine(directory, "server.json");

    private string LockPath => Path.Combine(directory, "server.lock");

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

    public Task<IStoreHold?> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (TryLock(isShared: false) is not { } file)
        {
            return Task.FromResult<IStoreHold?>(null);
        }

        ForgetTheDead();
        return Task.FromResult<IStoreHold?>(new Hold(file, RecordPath));
    }

    public async Task<IStoreHold?> TryShareAsync(ServerRecord record, Func<CancellationToken, Task> alone, CancellationToken cancellationToken)
    {
        await using (var whole = TryLock(isShared: false))
        {
            if (whole is not null)
            {
                ForgetTheDead();
                await alone(cancellationToken);
                record.Write(RecordPath);
            }
        }

        if (TryLock(isShared: true) is not { } share)
        {
            return null;
        }

        try
        {
            // Without a record, whoever holds the lock as well is about to write it, or took the seat for itself in between.
            if (ServerRecord.Read(RecordPath) is not { } shared)
            {
                await share.DisposeAsync();
                return null;
            }

            StoreSeats.RequireSame(shared, record, $"file://{directory}");
            return new Share(share, this);
        }
        catch
        {
            await share.DisposeAsync();
            throw;
        }
    }

    public Task<ServerRecord?> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ServerRecord.Read(RecordPath) is { } record && (record.Clustering is not null || IsAlive(record.Pid)) ? record : null);

    /// <returns>The lock, or null while another process has one that excludes it.</returns>
    private FileStream? TryLock(bool isShared)
    {
        try
        {
            return isShared
                ? new FileStream(LockPath, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreException($"'{LockPath}' cannot be locked: {error.Message}", error);
        }
        catch (IOException) when (File.Exists(LockPath))
        {
            return null;
        }
        catch (IOException error)
        {
            throw new StoreException($"'{LockPath}' cannot be locked: {error.Message}", error);
        }
    }

    /// <summary>Called under the whole lock: killed processes leave their record behind.</summary>
    private void ForgetTheDead() => File.Delete(RecordPath);

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

    private sealed class Share(FileStream file, FileStoreSeat seat) : IStoreHold
    {
        public CancellationToken Lost => CancellationToken.None;

        public Task AnnounceAsync(ServerRecord record) => Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            await file.DisposeAsync();
            await using var whole = seat.TryLock(isShared: false);
            if (whole is not null)
            {
                // The last one out.
                seat.ForgetTheDead();
            }
        }
    }
}
