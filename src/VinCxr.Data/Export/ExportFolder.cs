using System.Text;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Sweeps;

namespace VinCxr.Data.Export;

/// <summary>What the pixels of an export depend on.</summary>
internal sealed record ExportSettings(string DatasetVersion, string PreparationVersion, PreprocessSpec Preprocess, int? JpegQuality);

/// <summary>
/// The folder of one export: every file is written beside its place and renamed, finished images are noted in a ledger, and a folder made
/// with other settings is refused. So a run that was stopped is taken up where it ended.
/// </summary>
internal sealed class ExportFolder : IDisposable
{
    private const string SettingsFile = "export.json";
    private const string LedgerFile = "export-images.ndjson";

    private readonly string _root;
    private readonly FileStream _ledger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ExportedImage> _done;

    private ExportFolder(string root, FileStream ledger, Dictionary<string, ExportedImage> done) => (_root, _ledger, _done) = (root, ledger, done);

    /// <param name="settings">Another run with the same settings goes on with the images that are there.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written, or holds something else.</exception>
    public static async Task<ExportFolder> OpenAsync(string root, ExportSettings settings, CancellationToken cancellationToken)
    {
        string path = Path.Combine(root, SettingsFile), wanted = JsonSerializer.Serialize(settings, DataJson.Options);
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "images"));
            if (File.Exists(path))
            {
                string found = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
                if (found != wanted)
                {
                    throw new InvalidInputException($"'{root}' holds an export of other data or settings ({path}); choose another folder or delete it");
                }
            }
            else if (Directory.EnumerateFileSystemEntries(root).Any(e => Path.GetFileName(e) != "images") || Directory.EnumerateFileSystemEntries(Path.Combine(root, "images")).Any())
            {
                throw new InvalidInputException($"'{root}' is not empty and holds no export; choose another folder");
            }
            else
            {
                await WriteAsync(path, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(wanted), cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            }

            var ledger = new FileStream(Path.Combine(root, LedgerFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new ExportFolder(root, ledger, ReadLedger(root, ledger));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot export into '{root}': {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <returns>The image if an earlier run finished it and its file is still there.</returns>
    public ExportedImage? FindDone(string imageId, string file) =>
        _done.TryGetValue(imageId, out ExportedImage? image) && File.Exists(Path.Combine(_root, file)) ? image : null;

    public async Task PutImageAsync(ExportedImage image, string file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await WriteAsync(Path.Combine(_root, file), stream => stream.WriteAsync(bytes, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(image, DataJson.Options), (byte)'\n'];
        lock (_gate)
        {
            _ledger.Write(line);
            _ledger.Flush();
        }
    }

    public async Task PutTextAsync(string file, Action<TextWriter> write, CancellationToken cancellationToken)
    {
        string path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await WriteAsync(
            path,
            async stream =>
            {
                var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                await using (text.ConfigureAwait(false))
                {
                    write(text);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _ledger.Dispose();

    private static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Lines that a crash cut short are dropped, and the file goes on behind the last whole one. Left-over partial images are removed.</summary>
    private static Dictionary<string, ExportedImage> ReadLedger(string root, FileStream ledger)
    {
        foreach (string partial in Directory.EnumerateFiles(Path.Combine(root, "images"), "*.partial"))
        {
            File.Delete(partial);
        }

        var done = new Dictionary<string, ExportedImage>(StringComparer.Ordinal);
        var bytes = new byte[ledger.Length];
        ledger.ReadExactly(bytes);
        int start = 0;
        for (int end = Array.IndexOf(bytes, (byte)'\n'); end >= 0; end = Array.IndexOf(bytes, (byte)'\n', start))
        {
            var image = JsonSerializer.Deserialize<ExportedImage>(bytes.AsSpan(start, end - start), DataJson.Options)!;
            done[image.ImageId] = image;
            start = end + 1;
        }

        ledger.SetLength(start);
        ledger.Seek(start, SeekOrigin.Begin);
        return done;
    }
}
