using System.Runtime.InteropServices;

namespace VinCxr.Data.Stores;

/// <summary>Publishes a finished temporary file under its final name so that it survives a power cut.</summary>
public static partial class DurableFile
{
    private const int ReadOnlyFlag = 0;

    /// <summary>Renames within one file system, replacing the target, and flushes the directory entry.</summary>
    public static void Publish(string temporary, string target)
    {
        string folder = Path.GetDirectoryName(target)!;
        bool isNewFolder = !Directory.Exists(folder);
        if (isNewFolder)
        {
            Directory.CreateDirectory(folder);
        }

        File.Move(temporary, target, overwrite: true);
        FlushDirectory(folder);
        if (isNewFolder)
        {
            FlushDirectory(Path.GetDirectoryName(folder)!);
        }
    }

    /// <summary>POSIX keeps a rename in memory until its directory is flushed; .NET opens no directories, hence the calls to libc.</summary>
    private static void FlushDirectory(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnlyFlag);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open folder '{folder}' (errno {Marshal.GetLastPInvokeError()})");
        }

        // Some file systems refuse to flush a directory (EINVAL); they order renames by themselves.
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
