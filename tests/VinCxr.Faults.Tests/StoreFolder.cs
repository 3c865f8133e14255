using System.Text.Json;

namespace VinCxr.Faults.Tests;

/// <param name="Modified">Changes when the blob is written again.</param>
/// <param name="Kind">As its metadata says; null when it has none.</param>
internal sealed record BlobFile(string Id, long Length, DateTime Modified, string? Kind)
{
    public static BlobFile Of(FileInfo file)
    {
        string metadata = file.FullName + ".json";
        string? kind = File.Exists(metadata) ? JsonDocument.Parse(File.ReadAllText(metadata)).RootElement.GetProperty("kind").GetString() : null;
        return new BlobFile(file.Name, file.Length, file.LastWriteTimeUtc, kind);
    }
}

/// <summary>Looks at a file store from outside, as it lies on the disk.</summary>
internal sealed class StoreFolder(string path)
{
    public string Path => path;

    public bool Exists => File.Exists(System.IO.Path.Combine(path, "store.db"));

    /// <summary>Blobs in id order.</summary>
    public BlobFile[] Blobs() =>
    [
        .. Files("blobs").Where(f => f.Name.Length == 64).Select(BlobFile.Of)
            .OrderBy(b => b.Id, StringComparer.Ordinal),
    ];

    /// <summary>Bytes of finished and unfinished uploads.</summary>
    public long Bytes() => Files("blobs").Concat(Files("tmp")).Sum(LengthOf);

    public int Unfinished() => Files("tmp").Count();

    public void CopyTo(string target)
    {
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            string copy = System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }

        Directory.CreateDirectory(System.IO.Path.Combine(target, "tmp"));
    }

    private IEnumerable<FileInfo> Files(string folder)
    {
        var directory = new DirectoryInfo(System.IO.Path.Combine(path, folder));
        return directory.Exists ? directory.EnumerateFiles("*", SearchOption.AllDirectories) : [];
    }

    /// <summary>An upload may be renamed between listing and asking.</summary>
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
