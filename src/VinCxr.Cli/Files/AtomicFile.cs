using VinCxr.Core;

namespace VinCxr.Cli.Files;

/// <summary>Writes a file so that nobody ever sees half of it.</summary>
internal static class AtomicFile
{
    public static async Task WriteTextAsync(string path, Action<TextWriter> write, CancellationToken cancellationToken = default)
    {
        await WriteAsync(
            path,
            async stream =>
            {
                await using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                write(text);
            },
            cancellationToken);
    }

    public static Task WriteBytesAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        WriteAsync(path, stream => stream.WriteAsync(bytes, cancellationToken).AsTask(), cancellationToken);

    /// <summary>Writes beside the target, then renames over it; on any error the target is as it was. Makes the folder.</summary>
    /// <exception cref="InvalidInputException">The path is a folder, or lies where nothing can be written.</exception>
    public static Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        WriteAsync(path, write, isPrivate: false, cancellationToken);

    /// <summary>As <see cref="WriteAsync(string, Func{Stream, Task}, CancellationToken)"/>, a file that only its owner may read.</summary>
    public static Task WritePrivateAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        WriteAsync(path, write, isPrivate: true, cancellationToken);

    private static async Task WriteAsync(string path, Func<Stream, Task> write, bool isPrivate, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(path);
        string partial = $"{full}.{Guid.NewGuid():N}.partial";
        FileStream stream = Create(path, full, partial, isPrivate);
        try
        {
            await using (stream)
            {
                await write(stream);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(partial, full, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static FileStream Create(string path, string full, string partial, bool isPrivate)
    {
        try
        {
            if (Directory.Exists(full))
            {
                throw new InvalidInputException($"cannot write '{path}': it is a folder, give the name of a file");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (isPrivate && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(partial, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot write '{path}': its folder cannot be made or may not be written", error);
        }
    }
}
