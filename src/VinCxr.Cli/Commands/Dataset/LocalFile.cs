using System.Security.Cryptography;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>A file that is to be on the server.</summary>
/// <param name="Name">What it is called there.</param>
internal sealed record LocalFile(string Name, string Path, long Length)
{
    /// <returns>Lower-case hex sha256 and the length as it is now, or null when it cannot be read.</returns>
    public async Task<(string Sha256, long Length)?> TryHashAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream content = Open();
            return (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)), content.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
