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

    /// <summary>Writes beside the target, then renames over it; on any error the target is as it was.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken = default)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string partial = $"{full}.{Guid.NewGuid():N}.partial";
        try
        {
            await using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
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
}
