using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Files;
using VinCxr.Data.Predictions;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary><c>vincxr ensemble predict</c>: fused predictions in the long form.</summary>
internal static class EnsemblePredictCommand
{
    public static Command Create(CliContext context)
    {
        var options = new EnsembleOptions();
        var command = new Command("predict", "Write an ensemble's fused predictions in the long form");
        options.AddTo(command);
        return command.OnCluster(async (cluster, parse, cancellationToken) =>
        {
            EnsemblePredictions predicted = await options.PredictAsync(context, cluster, parse, cancellationToken);
            string path = parse.GetRequiredValue(options.Out);
            await AtomicFile.WriteTextAsync(path, text => PredictionCsv.WriteLong(text, predicted.Predictions), cancellationToken);
            context.Out.WriteLine($"{predicted.Predictions.Count} boxes on {predicted.ImageIds.Count} images: {path}");
            return ExitCode.Done;
        });
    }
}
