using System.Collections.Concurrent;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Remote;
using VinCxr.Contracts.Api;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Makes what the server has of a folder what the folder is: sends what is missing or another, and takes back what is not there any more.</summary>
/// <param name="parallel">Files on their way at once.</param>
internal sealed class FolderUpload(CliContext context, IDatasetUploads uploads, UploadInfo upload, int parallel)
{
    private readonly ConcurrentDictionary<string, long> _done = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _leftOut = new();
    private int _sent;
    private int _there;

    /// <returns>Whether the server has exactly these files, without sending any.</returns>
    public async Task<bool> IsSameAsync(IReadOnlyList<LocalFile> files, CancellationToken cancellationToken)
    {
        var remote = await ListAsync(cancellationToken);
        if (remote.Count != files.Count || files.Any(f => !(remote.TryGetValue(f.Name, out var there) && there.Length == f.Length)))
        {
            return false;
        }

        await RunAsync($"compare {upload.Dataset}", files, remote, isSending: false, cancellationToken);
        return _there == files.Count;
    }

    public async Task SendAsync(IReadOnlyList<LocalFile> files, CancellationToken cancellationToken)
    {
        var remote = await ListAsync(cancellationToken);
        foreach (string gone in remote.Keys.Except(files.Select(f => f.Name)))
        {
            await uploads.RemoveUploadFileAsync(upload.Dataset, upload.Id, gone, cancellationToken);
        }

        await RunAsync($"upload {upload.Dataset}", files, remote, isSending: true, cancellationToken);
        context.Note($"{_sent} files sent, {_there} were there already");
        foreach (string line in _leftOut.Order(StringComparer.Ordinal))
        {
            context.Note(line);
        }
    }

    private async Task<Dictionary<string, UploadedFile>> ListAsync(CancellationToken cancellationToken) =>
        (await uploads.ListUploadFilesAsync(upload.Dataset, upload.Id, cancellationToken)).ToDictionary(f => f.Name, StringComparer.Ordinal);

    private Task<int> RunAsync(
        string title, IReadOnlyList<LocalFile> files, Dictionary<string, UploadedFile> remote, bool isSending, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, title, ProgressUnit.Bytes, async bar =>
        {
            long total = files.Sum(f => f.Length), shown = 0;
            int finished = 0;
            var parallelism = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(files, parallelism, async (file, token) =>
            {
                await TakeAsync(file, remote.GetValueOrDefault(file.Name), isSending, Advance, token);
                Advance(file, file.Length);
                Interlocked.Increment(ref finished);
            });
            return finished;

            // A body that is sent once more is not counted twice.
            void Advance(LocalFile file, long bytes)
            {
                lock (_done)
                {
                    long before = _done.GetValueOrDefault(file.Name);
                    long now = Math.Min(bytes, file.Length);
                    if (now > before)
                    {
                        _done[file.Name] = now;
                        shown += now - before;
                    }

                    bar.Update(shown, total, $"{finished}/{files.Count} files");
                }
            }
        });

    private async Task TakeAsync(LocalFile file, UploadedFile? there, bool isSending, Action<LocalFile, long> advance, CancellationToken cancellationToken)
    {
        if (await file.TryHashAsync(cancellationToken) is not { } content)
        {
            _leftOut.Enqueue($"left out {file.Name}: it cannot be read");
            return;
        }

        if (there is not null && there.Length == content.Length && there.Sha256 == content.Sha256)
        {
            Interlocked.Increment(ref _there);
        }
        else if (isSending)
        {
            await uploads.PutUploadFileAsync(upload.Dataset, upload.Id, new UploadContent(file.Name, content.Length, content.Sha256, Open), cancellationToken);
            Interlocked.Increment(ref _sent);
        }

        Stream Open()
        {
            long sent = 0;
            return new SentStream(file.Open(), bytes => advance(file, sent += bytes));
        }
    }
}
