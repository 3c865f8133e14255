using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Server.Security;

namespace VinCxr.Server.Uploads;

/// <summary>One upload: what has arrived, what may still come, and how far its ingest is. Thread-safe.</summary>
internal sealed class UploadSession
{
    private const string CsvExtension = ".csv";

    private readonly Lock _lock = new();
    private readonly UploadFolder _folder;
    private readonly UploadOptions _options;
    private readonly TimeProvider _time;
    private readonly UploadContents _contents;
    private UploadRecord _record;
    private UploadProgress? _progress;
    private DateTimeOffset _touchedAt;
    private bool _isFreed;
    private bool _isGone;

    private UploadSession(UploadRecord record, UploadFolder folder, UploadOptions options, UploadQuota quota, TimeProvider time)
    {
        (_record, _folder, _options, _time) = (record, folder, options, time);
        _contents = new UploadContents(options, quota);
        _touchedAt = time.GetUtcNow();
    }

    public UploadRecord Record
    {
        get
        {
            lock (_lock)
            {
                return _record;
            }
        }
    }

    public UploadInfo Info
    {
        get
        {
            lock (_lock)
            {
                return new(
                    _record.Id, _record.Dataset, _record.User, _record.State, _record.CreatedAt, _touchedAt + _options.TimeToLive, _contents.Count, _contents.Bytes,
                    new UploadLimits(_options.FileBytes, _options.AnnotationBytes, _options.UploadBytes, _options.Files), _record.Ingest, _progress, _record.Failure,
                    _record.Reference, _record.Quarantined);
            }
        }
    }

    /// <summary>Where the ingest finds the images.</summary>
    public string FilesFolder => _folder.Files;

    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public static UploadSession Create(UploadRecord record, UploadFolder folder, UploadOptions options, UploadQuota quota, TimeProvider time)
    {
        FileReceiver.Try(() => folder.Create(record));
        return new UploadSession(record, folder, options, quota, time);
    }

    /// <returns>The upload as an earlier server left it, or null where there is none.</returns>
    public static UploadSession? Load(UploadFolder folder, UploadOptions options, UploadQuota quota, TimeProvider time)
    {
        if (folder.ReadRecord() is not { } record)
        {
            return null;
        }

        var session = new UploadSession(record, folder, options, quota, time)
        {
            _touchedAt = folder.TouchedAt,
            _isFreed = record is { State: UploadState.Done, Ingest.DryRun: false },
        };
        foreach (var file in folder.Load(session._isFreed))
        {
            session._contents.Put(file);
        }

        if (session._isFreed)
        {
            session._contents.FreeRoom();
            folder.RemoveFiles();
        }

        return session;
    }

    public IReadOnlyList<UploadedFile> ListFiles()
    {
        lock (_lock)
        {
            return _contents.List();
        }
    }

    /// <summary>Path of a file that has arrived.</summary>
    public string PathOf(string name) => _folder.PathOf(name);

    /// <inheritdoc cref="IDatasetUploads.PutUploadFileAsync"/>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">413: a limit is passed.</exception>
    public async Task<UploadedFile> PutAsync(UploadContent content, CancellationToken cancellationToken)
    {
        string name = content.Name;
        CheckName(name);
        using var arriving = new ArrivingFile(_lock, _contents, name, IsCsv(name) ? _options.AnnotationBytes : _options.FileBytes);
        lock (_lock)
        {
            EnsureTakesFiles();
            _touchedAt = _time.GetUtcNow();
            if (_contents.Find(name) is { } known && known.Sha256 == content.Sha256 && (content.Length ?? known.Length) == known.Length)
            {
                return known;
            }

            arriving.Enter(content.Length ?? 0);
        }

        string partial = _folder.NewPartial();
        try
        {
            var (length, sha256) = await FileReceiver.ReceiveAsync(content.Open(), partial, arriving.Count, cancellationToken);
            if (content.Sha256 is { } meant && meant != sha256)
            {
                throw new InvalidInputException($"file '{name}' arrived with sha256 {sha256}, not with {meant}; send it again");
            }

            return Keep(arriving, partial, new UploadedFile(name, length, sha256));
        }
        finally
        {
            // Its folder is gone when the upload was removed meanwhile.
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }
        }
    }

    /// <exception cref="NotFoundException">It has no such file.</exception>
    public void RemoveFile(string name)
    {
        lock (_lock)
        {
            EnsureTakesFiles();
            if (_contents.Find(name) is null)
            {
                throw new NotFoundException($"upload '{_record.Id}' has no file '{SafeNames.Shown(name)}'");
            }

            FileReceiver.Try(() =>
            {
                _folder.Append(name, null);
                File.Delete(_folder.PathOf(name));
            });
            _contents.Remove(name);
            FileReceiver.Try(() => _folder.Tidy(_contents));
            Reopen();
        }
    }

    /// <summary>Takes no files from here on; those that are still arriving are refused when they are there.</summary>
    /// <returns>False when the same ingest is under way or done already.</returns>
    /// <exception cref="InvalidInputException">There is nothing to ingest, or no such annotation file.</exception>
    /// <exception cref="ConflictException">Another ingest runs or is done.</exception>
    public bool BeginIngest(UploadIngest request)
    {
        lock (_lock)
        {
            EnsureThere();
            if (_record.State is UploadState.Ingesting or UploadState.Done && _record.Ingest == request)
            {
                return false;
            }

            EnsureTakesFiles();
            if (_contents.Count == 0)
            {
                throw new InvalidInputException($"upload '{_record.Id}' holds no files; put some first");
            }

            if (request.Annotations is { } annotations && !(IsCsv(annotations) && _contents.Find(annotations) is not null))
            {
                throw new InvalidInputException($"annotations '{SafeNames.Shown(annotations)}' is no uploaded file that ends in {CsvExtension}");
            }

            Change(_record with { State = UploadState.Ingesting, Ingest = request, Failure = null, Reference = null, Quarantined = null });
            return true;
        }
    }

    public void Report(IngestProgress progress)
    {
        lock (_lock)
        {
            _progress = new UploadProgress(progress.FilesDone, progress.FilesTotal, progress.BytesDone, progress.BytesTotal, progress.Quarantined);
        }
    }

    public void Fail(UploadFailure failure)
    {
        lock (_lock)
        {
            Change(_record with { State = UploadState.Failed, Failure = failure });
        }
    }

    /// <summary>Keeps what was found. The files go, unless they were only looked at.</summary>
    public void Finish(UploadReport report)
    {
        lock (_lock)
        {
            FileReceiver.Try(() => _folder.Write(report));
            Change(_record with { State = UploadState.Done, Reference = $"{report.Dataset.Name}@sha256:{report.Dataset.Version}", Quarantined = report.Dataset.Quarantined });
            if (!report.DryRun)
            {
                _isFreed = true;
                _contents.FreeRoom();
                try
                {
                    FileReceiver.Try(_folder.RemoveFiles);
                }
                catch (StoreException)
                {
                    // The version is there, which is what counts; they go with the upload.
                }
            }
        }
    }

    /// <exception cref="ConflictException">The ingest is not done.</exception>
    public UploadReport ReadReport()
    {
        lock (_lock)
        {
            EnsureThere();
            return _record.State == UploadState.Done && _folder.ReadReport() is { } report
                ? report
                : throw new ConflictException($"upload '{_record.Id}' is {_record.State}; its report comes when it is {UploadState.Done}");
        }
    }

    /// <exception cref="ConflictException">It is being ingested.</exception>
    public void Remove()
    {
        lock (_lock)
        {
            EnsureThere();
            if (_record.State == UploadState.Ingesting)
            {
                throw new ConflictException($"upload '{_record.Id}' is being ingested; remove it when that has ended");
            }

            RemoveAll();
        }
    }

    /// <returns>True when nothing has happened to it for so long that it is gone now.</returns>
    public bool Expire()
    {
        lock (_lock)
        {
            if (_isGone || _contents.Arriving > 0 || _record.State == UploadState.Ingesting || _time.GetUtcNow() < _touchedAt + _options.TimeToLive)
            {
                return false;
            }

            RemoveAll();
            return true;
        }
    }

    private static bool IsCsv(string name) => name.EndsWith(CsvExtension, StringComparison.OrdinalIgnoreCase);

    private static void CheckName(string name)
    {
        string extension = Path.GetExtension(name);
        bool isTaken = extension.Length == 0 || IsCsv(name) || DatasetFile.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase);
        if ((UploadNames.Problem(name) ?? (isTaken ? null : $"must end in {string.Join(", ", DatasetFile.Extensions)} or {CsvExtension}, or have no extension; others are not ingested")) is { } problem)
        {
            throw new InvalidInputException($"file name '{SafeNames.Shown(name)}' {problem}");
        }
    }

    private UploadedFile Keep(ArrivingFile arriving, string partial, UploadedFile file)
    {
        lock (_lock)
        {
            EnsureTakesFiles();
            string target = _folder.PathOf(file.Name);
            if (Directory.Exists(target) || _folder.IsBelowFile(file.Name))
            {
                throw new ConflictException($"'{file.Name}' cannot be both a file and a folder of upload '{_record.Id}'");
            }

            FileReceiver.Try(() =>
            {
                DurableFile.Publish(partial, target);
                _folder.Append(file.Name, file);
            });
            arriving.Arrive(file);
            FileReceiver.Try(() => _folder.Tidy(_contents));
            Reopen();
            return file;
        }
    }

    private void Change(UploadRecord record)
    {
        FileReceiver.Try(() => _folder.Write(record));
        (_record, _progress, _touchedAt) = (record, null, _time.GetUtcNow());
    }

    /// <summary>What an earlier ingest found is no more true of these files.</summary>
    private void Reopen()
    {
        _touchedAt = _time.GetUtcNow();
        if (_record.State != UploadState.Open)
        {
            Change(_record with { State = UploadState.Open, Ingest = null, Failure = null, Reference = null, Quarantined = null });
        }
    }

    private void RemoveAll()
    {
        FileReceiver.Try(_folder.Remove);
        if (!_isFreed)
        {
            _contents.FreeRoom();
        }

        _isGone = true;
    }

    private void EnsureThere()
    {
        if (_isGone)
        {
            throw new NotFoundException($"upload '{_record.Id}' has been removed");
        }
    }

    private void EnsureTakesFiles()
    {
        EnsureThere();
        if (_record.State == UploadState.Ingesting || _isFreed)
        {
            throw new ConflictException($"upload '{_record.Id}' is {_record.State} and takes no files; begin another");
        }
    }
}
