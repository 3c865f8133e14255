using VinCxr.Core;

namespace VinCxr.Cli.Files;

/// <summary>Text files named on the command line.</summary>
internal static class TextFile
{
    /// <exception cref="NotFoundException">No such file.</exception>
    public static Task<string> ReadAsync(string path, string whatItIs, CancellationToken cancellationToken) =>
        File.Exists(path)
            ? File.ReadAllTextAsync(path, cancellationToken)
            : throw new NotFoundException($"{(Directory.Exists(path) ? "a folder, not a file:" : "no file")} '{path}', give the path of a {whatItIs}");
}
