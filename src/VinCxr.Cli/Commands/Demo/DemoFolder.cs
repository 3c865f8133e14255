using VinCxr.Core;

namespace VinCxr.Cli.Commands.Demo;

/// <summary>The demo's folder: its own, never somebody else's.</summary>
internal sealed class DemoFolder
{
    private const string Marker = ".vincxr-demo";

    private DemoFolder(string path) => Path = path;

    public string Path { get; }

    public string StoreUri => "file://" + File("store");

    /// <summary>Takes an empty or new folder; that of an earlier demo is emptied first.</summary>
    /// <exception cref="InvalidInputException">The folder holds something else, or cannot be made or written.</exception>
    public static DemoFolder Claim(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            if (!System.IO.File.Exists(System.IO.Path.Combine(full, Marker)))
            {
                throw new InvalidInputException($"'{path}' is not empty and no earlier demo, give another folder with --out");
            }

            Directory.Delete(full, recursive: true);
        }

        try
        {
            Directory.CreateDirectory(full);
            System.IO.File.WriteAllText(System.IO.Path.Combine(full, Marker), "Made by 'vincxr demo'; the next demo here replaces it.\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be used as a folder, give another one with --out", error);
        }

        return new DemoFolder(full);
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);
}
