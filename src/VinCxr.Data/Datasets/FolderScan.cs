using VinCxr.Core;

namespace VinCxr.Data.Datasets;

/// <summary>
/// What lies in an images folder, subfolders and symbolic links included. A folder is walked once, so links that lead back end the walk; what cannot
/// be read is listed with its reason instead of ending it.
/// </summary>
public sealed class FolderScan
{
    private readonly string _root;
    private readonly List<DatasetFile> _files = [];
    private readonly List<QuarantinedImage> _refused = [];
    private readonly HashSet<string> _walked = new(StringComparer.Ordinal);

    private FolderScan(string root) => _root = root;

    /// <summary>DICOM files in ordinal name order.</summary>
    public IReadOnlyList<DatasetFile> Files => _files;

    /// <summary>Folders (with a slash at the end) and files that cannot be looked at.</summary>
    public IReadOnlyList<QuarantinedImage> Refused => _refused;

    public IReadOnlySet<string> ImageIds => _files.Select(f => f.ImageId).ToHashSet(StringComparer.Ordinal);

    /// <exception cref="InvalidInputException">No such folder, or no DICOM file in it.</exception>
    public static FolderScan Of(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new InvalidInputException($"images folder '{directory}' does not exist; name the folder that holds the DICOM files");
        }

        var scan = new FolderScan(Path.GetFullPath(directory));
        scan.Walk(new DirectoryInfo(scan._root));
        scan._files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        if (scan._files.Count == 0)
        {
            string also = scan._refused.Count == 0 ? "" : $"; '{scan._refused[0].File}' {scan._refused[0].Reason}";
            throw new InvalidInputException(
                $"images folder '{directory}' holds no DICOM files; they end in {string.Join(", ", DatasetFile.Extensions)} or have no extension{also}");
        }

        return scan;
    }

    private void Walk(DirectoryInfo folder)
    {
        var pending = new Stack<DirectoryInfo>([folder]);
        while (pending.TryPop(out var next))
        {
            foreach (var child in Enter(next))
            {
                if (child is DirectoryInfo inner)
                {
                    pending.Push(inner);
                }
                else
                {
                    Take((FileInfo)child);
                }
            }
        }
    }

    /// <summary>Entries of a folder in reverse name order (the stack turns it round); none for one that was walked already or cannot be read.</summary>
    private FileSystemInfo[] Enter(DirectoryInfo folder)
    {
        try
        {
            if (!_walked.Add(folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder.FullName))
            {
                Refuse(folder, "is a link to a folder that is walked already");
                return [];
            }

            var options = new EnumerationOptions { IgnoreInaccessible = false };
            return [.. folder.EnumerateFileSystemInfos("*", options).OrderByDescending(f => f.Name, StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(folder, $"cannot be read: {error.Message}");
            return [];
        }
    }

    private void Take(FileInfo file)
    {
        try
        {
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!target.Exists)
            {
                if (DatasetFile.Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                {
                    Refuse(file, "is a link to nothing");
                }
            }
            else if (DatasetFile.IsDicom(file.Name, target))
            {
                _files.Add(new DatasetFile(NameOf(file), file.FullName, target.Length, target.LastWriteTimeUtc.Ticks));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(file, $"cannot be read: {error.Message}");
        }
    }

    private void Refuse(FileSystemInfo entry, string reason) =>
        _refused.Add(new QuarantinedImage(entry is DirectoryInfo ? NameOf(entry) + "/" : NameOf(entry), reason.ReplaceLineEndings(" ")));

    private string NameOf(FileSystemInfo entry) => Path.GetRelativePath(_root, entry.FullName).Replace('\\', '/');
}
