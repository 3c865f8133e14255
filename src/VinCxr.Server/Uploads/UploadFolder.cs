using System.Text;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Uploads;

/// <summary>
/// An upload on disk: its record, a journal with a line for every file that has arrived or was taken back, the files as they are to be ingested, and those that
/// are still arriving. A file is there once its line is. Only the server's own user may look into it.
/// </summary>
/// <param name="root">Folder of this upload.</param>
internal sealed class UploadFolder(string root)
{
    /// <summary>Lines of the journal beyond twice the files that there are.</summary>
    private const int SpareLines = 1000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private int _lines;

    /// <summary>Where an ingest finds the files.</summary>
    public string Files { get; } = Path.Combine(root, "files");

    private string Partial { get; } = Path.Combine(root, "partial");

    private string RecordPath { get; } = Path.Combine(root, "upload.json");

    private string JournalPath { get; } = Path.Combine(root, "files.ndjson");

    private string ReportPath { get; } = Path.Combine(root, "report.json");

    /// <summary>When something last happened to it, as the file system knows.</summary>
    public DateTimeOffset TouchedAt => new[] { RecordPath, JournalPath }.Max(p => new DateTimeOffset(File.GetLastWriteTimeUtc(p), TimeSpan.Zero));

    /// <summary>Makes a folder that nobody else may look into.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    /// <summary>Path of a name that <see cref="UploadNames"/> has found right.</summary>
    public string PathOf(string name) => Path.Combine([Files, .. name.Split('/')]);

    /// <summary>Whether a file lies where a name has a folder.</summary>
    public bool IsBelowFile(string name)
    {
        string[] parts = name.Split('/');
        return Enumerable.Range(1, parts.Length - 1).Any(n => File.Exists(Path.Combine([Files, .. parts[..n]])));
    }

    /// <summary>A path for a file that is arriving.</summary>
    public string NewPartial() => Path.Combine(Partial, Guid.NewGuid().ToString("N"));

    public void Create(UploadRecord record)
    {
        Make(root);
        Make(Files);
        Make(Partial);
        Write(record);
    }

    public void Write(UploadRecord record) => WriteJson(RecordPath, record);

    public void Write(UploadReport report) => WriteJson(ReportPath, report);

    /// <returns>The record, or null where it was never written whole.</returns>
    public UploadRecord? ReadRecord() => ReadJson<UploadRecord>(RecordPath);

    public UploadReport? ReadReport() => ReadJson<UploadReport>(ReportPath);

    /// <summary>Adds a line to the journal, on disk when this returns.</summary>
    /// <param name="name">File that has arrived, or was taken back.</param>
    /// <param name="file">Null when it was taken back.</param>
    public void Append(string name, UploadedFile? file)
    {
        WriteLines(FileMode.Append, JournalPath, [file ?? new UploadedFile(name, 0, "")]);
        _lines++;
    }

    /// <summary>Writes the journal anew when most of it is no more true: files that come and go must not let it grow for ever.</summary>
    public void Tidy(UploadContents contents)
    {
        if (_lines > (2 * contents.Count) + SpareLines)
        {
            string draft = $"{JournalPath}.tmp";
            WriteLines(FileMode.Create, draft, contents.List());
            DurableFile.Publish(draft, JournalPath);
            _lines = contents.Count;
        }
    }

    /// <summary>Files of the journal. Unless they have been ingested and removed, what is not there as the journal says is left out, and what it does not know is removed.</summary>
    public IReadOnlyList<UploadedFile> Load(bool isRemoved)
    {
        Dictionary<string, UploadedFile> files = new(StringComparer.Ordinal);
        foreach (string line in File.Exists(JournalPath) ? File.ReadLines(JournalPath) : [])
        {
            _lines++;
            if (Parse(line) is not { } file)
            {
                continue;
            }

            files.Remove(file.Name);
            if (file.Sha256.Length > 0)
            {
                files.Add(file.Name, file);
            }
        }

        if (!isRemoved)
        {
            Clear(Partial);
            foreach (var lost in files.Values.Where(f => new FileInfo(PathOf(f.Name)) is var found && !(found.Exists && found.Length == f.Length)).ToArray())
            {
                files.Remove(lost.Name);
            }

            Make(Files);
            foreach (string stray in Directory.EnumerateFiles(Files, "*", SearchOption.AllDirectories).Where(p => !files.ContainsKey(Path.GetRelativePath(Files, p).Replace('\\', '/'))).ToArray())
            {
                File.Delete(stray);
            }
        }

        return [.. files.Values];
    }

    /// <summary>Removes the files, which the store has now.</summary>
    public void RemoveFiles()
    {
        Clear(Files);
        Clear(Partial);
    }

    public void Remove()
    {
        if (Directory.Exists(root))
        {
            // Without its record it is no upload any more, however far the removal comes.
            File.Delete(RecordPath);
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Make(folder);
    }

    private static void WriteLines(FileMode mode, string path, IEnumerable<UploadedFile> files)
    {
        using var journal = new FileStream(path, mode, FileAccess.Write, FileShare.Read);
        foreach (var file in files)
        {
            // On a line of its own, whatever a crash has left of the one before.
            journal.Write(Encoding.UTF8.GetBytes("\n" + JsonSerializer.Serialize(file, ApiJson.Options)));
        }

        journal.Flush(flushToDisk: true);
    }

    private static UploadedFile? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<UploadedFile>(line, ApiJson.Options);
        }
        catch (JsonException)
        {
            // The line that a crash cut off: its file counts as not arrived.
            return null;
        }
    }

    private static void WriteJson<T>(string path, T value)
    {
        string draft = $"{path}.tmp";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, value, ApiJson.Options);
            file.Flush(flushToDisk: true);
        }

        DurableFile.Publish(draft, path);
    }

    private static T? ReadJson<T>(string path)
        where T : class
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, ApiJson.Options);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }
}
