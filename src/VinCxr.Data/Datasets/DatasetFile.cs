using VinCxr.Core;

namespace VinCxr.Data.Datasets;

/// <summary>A file of the images folder that is taken for DICOM.</summary>
/// <param name="Name">Path relative to the images folder, with forward slashes.</param>
/// <param name="ModifiedTicks">Time of the last write, UTC.</param>
public sealed record DatasetFile(string Name, string Path, long Length, long ModifiedTicks)
{
    /// <summary>File name without extension.</summary>
    public string ImageId { get; } = System.IO.Path.GetFileNameWithoutExtension(Name);

    private static readonly string[] Extensions = [".dicom", ".dcm", ".dic"];

    /// <summary>Finds files by extension, or without extension by the PS3.10 prefix <c>DICM</c>; subfolders included, in ordinal name order.</summary>
    /// <exception cref="InvalidInputException">No such folder, an unreadable subfolder, or no DICOM file in it.</exception>
    public static IReadOnlyList<DatasetFile> FindAll(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new InvalidInputException($"images folder '{directory}' does not exist; name the folder that holds the DICOM files");
        }

        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
            DatasetFile[] files =
            [
                .. new DirectoryInfo(directory).EnumerateFiles("*", options)
                    .Where(IsDicom)
                    .Select(f => new DatasetFile(
                        System.IO.Path.GetRelativePath(directory, f.FullName).Replace('\\', '/'), f.FullName, f.Length, f.LastWriteTimeUtc.Ticks))
                    .OrderBy(f => f.Name, StringComparer.Ordinal),
            ];
            return files.Length > 0 ? files : throw new InvalidInputException(
                $"images folder '{directory}' holds no DICOM files; they end in {string.Join(", ", Extensions)} or have no extension");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"images folder '{directory}' cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static bool IsDicom(FileInfo file) =>
        Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase) || (file.Extension.Length == 0 && HasPrefix(file));

    private static bool HasPrefix(FileInfo file)
    {
        const int PreambleBytes = 128;
        Span<byte> prefix = stackalloc byte[4];
        using var handle = File.OpenHandle(file.FullName);
        return RandomAccess.Read(handle, prefix, PreambleBytes) == 4 && prefix.SequenceEqual("DICM"u8);
    }
}
