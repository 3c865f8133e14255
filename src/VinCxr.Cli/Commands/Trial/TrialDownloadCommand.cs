using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial download</c>: weights, out-of-fold predictions and the last checkpoint as files.</summary>
internal static class TrialDownloadCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        Option<string> outFolder = ValueOptions.Required("--out", "Folder for the files", "DIR");
        return new Command("download", "Fetch weights, out-of-fold predictions and the last checkpoint") { trial, outFolder }
            .OnCluster(async (cluster, parse, cancellationToken) =>
            {
                TrialDetails details = await cluster.Grains.TrialAsync(parse.GetRequiredValue(trial));
                string id = details.Summary.Id;
                (string? Blob, string File)[] files =
                [
                    (details.WeightsBlob, $"{id}.safetensors"),
                    (details.PredictionsBlob, $"{id}.predictions.csv"),
                    (details.CheckpointBlob, $"{id}.checkpoint"),
                ];
                if (files.All(f => f.Blob is null))
                {
                    throw new NotFoundException($"trial '{id}' is {details.Summary.State} and has no files yet");
                }

                foreach ((string? blob, string file) in files)
                {
                    if (blob is not null)
                    {
                        string path = Path.Combine(parse.GetRequiredValue(outFolder), file);
                        await BlobDownload.ToFileAsync(cluster.Store, blob, path, cancellationToken);
                        if (blob == details.CheckpointBlob)
                        {
                            CheckpointSeal.Remove(path, id);
                        }

                        context.Out.WriteLine(path);
                    }
                }

                return ExitCode.Done;
            });
    }
}
