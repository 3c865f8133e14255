using System.CommandLine;
using System.Security.Cryptography;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial download</c>: weights, out-of-fold predictions and the last checkpoint as files.</summary>
internal static class TrialDownloadCommand
{
    private const int BufferLength = 128 * 1024;

    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        Option<string> outFolder = ValueOptions.Required("--out", "Folder for the files", "DIR");
        return new Command("download", "Fetch weights, out-of-fold predictions and the last checkpoint") { trial, outFolder }
            .OnPlane(context, async (plane, parse, cancellationToken) =>
            {
                TrialDetails details = await plane.GetTrialAsync(parse.GetRequiredValue(trial), cancellationToken);
                string id = details.Summary.Id;
                (string? Blob, TrialFileKind Kind)[] files =
                [
                    (details.WeightsBlob, TrialFileKind.Weights),
                    (details.PredictionsBlob, TrialFileKind.Predictions),
                    (details.CheckpointBlob, TrialFileKind.Checkpoint),
                ];
                if (files.All(f => f.Blob is null))
                {
                    throw new NotFoundException($"trial '{id}' is {details.Summary.State} and has no files yet");
                }

                foreach (TrialFileKind kind in files.Where(f => f.Blob is not null).Select(f => f.Kind))
                {
                    context.Out.WriteLine(await DownloadAsync(plane, id, kind, parse.GetRequiredValue(outFolder), cancellationToken));
                }

                return ExitCode.Done;
            });
    }

    /// <returns>The file's path.</returns>
    private static async Task<string> DownloadAsync(IControlPlane plane, string trial, TrialFileKind kind, string folder, CancellationToken cancellationToken)
    {
        await using TrialFile file = await plane.OpenTrialFileAsync(trial, kind, cancellationToken);
        string path = Path.Combine(folder, file.Name);
        await AtomicFile.WriteAsync(
            path,
            async target =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                byte[] buffer = new byte[BufferLength];
                long length = 0;
                for (int read; (read = await file.Content.ReadAsync(buffer, cancellationToken)) > 0; length += read)
                {
                    hash.AppendData(buffer, 0, read);
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }

                string sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
                if (length != file.Length || (file.Sha256 is { } expected && expected != sha256))
                {
                    throw new StoreException($"'{file.Name}' arrived damaged ({length} of {file.Length} bytes, sha256 {sha256}); nothing is kept, try again");
                }
            },
            cancellationToken);
        return path;
    }
}
