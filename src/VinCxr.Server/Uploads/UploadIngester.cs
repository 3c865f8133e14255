using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Stores;
using VinCxr.Server.Api.Datasets;

namespace VinCxr.Server.Uploads;

/// <summary>
/// Ingests what has arrived, one upload after the other, so that memory does not depend on how many there are. What a server that ended left unfinished is
/// begun again by the next: what is stored already is known, and a version becomes visible last.
/// </summary>
internal sealed class UploadIngester(IStore store, UploadSpool spool, DatasetOwners owners, UploadOptions options, TimeProvider time, ILogger<UploadIngester> logger) : BackgroundService
{
    /// <summary>Decoders at once: the machine has other work to do.</summary>
    private const int Parallelism = 2;

    private const int MostRowErrors = 10_000;
    private const int MostErrors = 100;
    private const int MostCharacters = 300;
    private const string Defect = "a defect of this server; its log says more";

    private readonly Channel<UploadSession> _waiting = Channel.CreateUnbounded<UploadSession>();

    /// <summary>Puts an upload in line that takes no files any more.</summary>
    public void Add(UploadSession session) => _waiting.Writer.TryWrite(session);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            spool.Resume();
        }
        catch (StoreException error)
        {
            // Everything else of this server works; who begins an upload is told.
            UploadLog.NoFolder(logger, error.Message);
        }

        foreach (var session in spool.Sessions.Where(s => s.Record.State == UploadState.Ingesting).OrderBy(s => s.Record.CreatedAt))
        {
            Add(session);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var session in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await IngestAsync(session, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next server goes on with it.
        }
    }

    private async Task IngestAsync(UploadSession session, CancellationToken cancellationToken)
    {
        var record = session.Record;
        try
        {
            UploadLog.Begins(logger, record.Id, record.Dataset, record.User, session.Info.Files);
            var report = await RunAsync(session, record, cancellationToken);
            session.Finish(report);
            UploadLog.Done(logger, record.Id, record.Dataset, report.Dataset.Version, report.Dataset.Images, report.Dataset.Quarantined);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // One upload, whatever is wrong with it, must not keep the next from being ingested.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(session, record, error);
        }
    }

    private async Task<UploadReport> RunAsync(UploadSession session, UploadRecord record, CancellationToken cancellationToken)
    {
        // Asked again: the data set may have become another's while this waited.
        bool isNew = await owners.EnsureMayAddAsync(record.Dataset, record.User, record.Operates, cancellationToken);
        var request = record.Ingest!;
        if (isNew && !request.DryRun)
        {
            await owners.SetAsync(record.Dataset, record.User, cancellationToken);
        }

        IReadOnlyList<PhiFile> phi = [];
        var ingest = new IngestOptions(Parallelism, request.SkipBadRows)
        {
            Deidentify = request.Deidentify,
            DryRun = request.DryRun,
            MemoryBytes = options.IngestMemoryBytes,
            MostRowErrors = MostRowErrors,
            FilesTaken = findings =>
            {
                phi = findings.Phi;
                return Task.CompletedTask;
            },
        };
        string? annotations = request.Annotations is { } name ? session.PathOf(name) : null;
        var report = await Task.Run(
            () => new DatasetIngest(store, DicomReaders.Bounded(options.ImageBytes), time).RunAsync(
                record.Dataset, session.FilesFolder, annotations, ingest, new Reporter(session), cancellationToken),
            cancellationToken);
        var statistics = HeaderStatistics.Of(report.Manifest.Images);
        return new UploadReport(
            DatasetReader.InfoOf(report.Manifest), report.Manifest.PhiTags, report.Manifest.Deidentification, statistics.SharedFiles, statistics.SharedPixels, report.Uploaded,
            report.AlreadyStored, report.UploadedBytes, report.DryRun, report.RowErrors, [.. phi.Select(p => new PersonalTags(p.File, p.ImageId, p.Tags))]);
    }

    private void Fail(UploadSession session, UploadRecord record, Exception error)
    {
        var failure = error switch
        {
            InvalidInputException input => new UploadFailure(Shown(input.Message), [.. Lines(input.Subject, input.Errors)], IsInput: true),
            VinCxrException => new UploadFailure(Shown(error.Message), [Shown(error.Message)], IsInput: error is AccessDeniedException),
            _ => new UploadFailure(Defect, [Defect], IsInput: false),
        };

        // What is wrong with files names them, and a name may be a patient's.
        UploadLog.Failed(logger, error is VinCxrException ? null : error, record.Id, record.Dataset, failure.IsInput ? $"'{record.User}' is told what is wrong with it" : failure.Message);
        try
        {
            session.Fail(failure);
        }
        catch (StoreException unwritten)
        {
            // It stays as it is, and the next server tries it again.
            UploadLog.Failed(logger, null, record.Id, record.Dataset, unwritten.Message);
        }

        // Errors of rows do not say which file they are in, as the others do.
        IEnumerable<string> Lines(string? subject, IReadOnlyList<string> errors)
        {
            var lines = errors.Take(MostErrors).Select(e => Shown(subject is null ? e : $"{subject} {e}"));
            return errors.Count > MostErrors ? lines.Append($"and {errors.Count - MostErrors} more") : lines;
        }

        // Where this server keeps files is nobody's business.
        string Shown(string text) => Security.SafeNames.Shown(text.Replace(session.FilesFolder, record.Dataset, StringComparison.Ordinal), MostCharacters);
    }

    /// <summary>Calls at once, which <see cref="Progress{T}"/> does not promise.</summary>
    private sealed class Reporter(UploadSession session) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => session.Report(value);
    }
}
