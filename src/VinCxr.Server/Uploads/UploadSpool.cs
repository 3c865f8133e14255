using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Uploads;

/// <summary>
/// The uploads of this server in a folder that outlasts it. Servers of one machine that are given the same folder take places in it, one each: a server that
/// starts again finds what it left.
/// </summary>
internal sealed class UploadSpool : IDisposable
{
    private const int Places = 64;

    private readonly UploadOptions _options;
    private readonly TimeProvider _time;
    private readonly string _base;
    private readonly UploadQuota _quota;
    private readonly ConcurrentDictionary<string, UploadSession> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private (string Folder, FileStream Hold)? _place;

    /// <param name="storeUri">Uploads for one store are never ingested into another.</param>
    public UploadSpool(UploadOptions options, string storeUri, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _quota = new UploadQuota(options.TotalBytes);
        string store = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(storeUri)))[..16];
        _base = Path.Combine(Path.GetFullPath(options.Folder ?? DefaultFolder(storeUri)), store);
    }

    public IEnumerable<UploadSession> Sessions => _sessions.Values;

    /// <summary>Bytes of all uploads, arrived and arriving.</summary>
    public long Bytes => _quota.Used;

    /// <summary>Takes up what an earlier server left, if any.</summary>
    public void Resume()
    {
        if (Directory.Exists(_base))
        {
            TakePlace();
        }
    }

    /// <returns>The upload, and whether it is new.</returns>
    /// <exception cref="ConflictException">The user has as many as one may have.</exception>
    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public UploadSession Create(string dataset, CreateUpload request)
    {
        string user = request.User!;
        lock (_lock)
        {
            var own = _sessions.Values.Where(s => s.Record.User == user).ToArray();
            if (request.Key is { } key && own.FirstOrDefault(s => s.Record.Key == key && s.Record.Dataset == dataset) is { } same)
            {
                return same;
            }

            if (own.Count(s => s.Record.State != UploadState.Done) >= _options.PerUser)
            {
                throw new ConflictException($"'{user}' has {_options.PerUser} uploads that are not done; finish or remove one first");
            }

            // Those that are done are only remembered for a while, and not all of them.
            foreach (var old in own.Where(s => s.Record.State == UploadState.Done).OrderByDescending(s => s.Record.CreatedAt).Skip(_options.PerUser - 1))
            {
                Remove(old);
            }

            string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            var record = new UploadRecord(id, dataset, user, request.Operates, request.Key, _time.GetUtcNow());
            var session = UploadSession.Create(record, new UploadFolder(Path.Combine(TakePlace(), id)), _options, _quota, _time);
            _sessions[id] = session;
            return session;
        }
    }

    /// <exception cref="NotFoundException">There is no such upload for this data set on this server.</exception>
    public UploadSession Get(string dataset, string upload) => _sessions.TryGetValue(upload, out var session) && session.Record.Dataset == dataset
        ? session
        : throw new NotFoundException($"no upload '{Security.SafeNames.Shown(upload)}' for data set '{Security.SafeNames.Shown(dataset)}' on this server; it may have expired");

    /// <exception cref="ConflictException">It is being ingested.</exception>
    public void Remove(UploadSession session)
    {
        session.Remove();
        _sessions.TryRemove(session.Record.Id, out _);
    }

    /// <summary>Removes uploads to which nothing has happened for long.</summary>
    /// <returns>Their records.</returns>
    public IReadOnlyList<UploadRecord> RemoveExpired()
    {
        List<UploadRecord> removed = [];
        foreach (var session in _sessions.Values.Where(s => s.Expire()))
        {
            _sessions.TryRemove(session.Record.Id, out _);
            removed.Add(session.Record);
        }

        return removed;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _place?.Hold.Dispose();
            _place = null;
        }
    }

    private static string DefaultFolder(string storeUri) => FileStoreSeat.DirectoryOf(storeUri) is { } directory
        ? Path.Combine(directory, "uploads")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "vincxr", "uploads");

    private string TakePlace()
    {
        lock (_lock)
        {
            if (_place is { } taken)
            {
                return taken.Folder;
            }

            for (int i = 0; i < Places; i++)
            {
                string folder = Path.Combine(_base, $"{i}");
                FileReceiver.Try(() => UploadFolder.Make(folder));
                if (FileReceiver.Try(() => TryHold(folder)) is { } hold)
                {
                    _place = (folder, hold);
                    Load(folder);
                    return folder;
                }
            }
        }

        throw new StoreException($"all {Places} places for uploads on this machine are taken by other servers");
    }

    private void Load(string place)
    {
        foreach (string folder in FileReceiver.Try(() => Directory.GetDirectories(place)))
        {
            var upload = new UploadFolder(folder);
            if (FileReceiver.Try(() => UploadSession.Load(upload, _options, _quota, _time)) is { } session)
            {
                _sessions[session.Record.Id] = session;
            }
            else
            {
                // A removal that was cut off, or a beginning.
                FileReceiver.Try(upload.Remove);
            }
        }
    }

    private static FileStream? TryHold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "place.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
