namespace VinCxr.Data.Datasets;

/// <summary>A file of the images folder that is taken for DICOM.</summary>
/// <param name="Name">Path relative to the images folder, with forward slashes.</param>
/// <param name="ModifiedTicks">Time of the last write, UTC.</param>
public sealed record DatasetFile(string Name, string Path, long Length, long ModifiedTicks)
{
    public static IReadOnlyList<string> Extensions { get; } = [".dicom", ".dcm", ".dic"];

    /// <summary>File name without extension.</summary>
    public string ImageId { get; } = System.IO.Path.GetFileNameWithoutExtension(Name);

    /// <summary>By extension, or without extension by the PS3.10 prefix <c>DICM</c>. Empty files are not opened: pipes and devices look empty too, and block.</summary>
    /// <param name="file">Not a symbolic link.</param>
    public static bool IsDicom(string name, FileInfo file)
    {
        string extension = System.IO.Path.GetExtension(name);
        return Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase) || (extension.Length == 0 && file.Length > 0 && HasPrefix(file));
    }

    private static bool HasPrefix(FileInfo file)
    {
        const int PreambleBytes = 128;
        Span<byte> prefix = stackalloc byte[4];
        using var handle = File.OpenHandle(file.FullName);
        return RandomAccess.Read(handle, prefix, PreambleBytes) == 4 && prefix.SequenceEqual("DICM"u8);
    }
}
