using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Predictions;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary><c>vincxr ensemble submission</c>: fused predictions in the Kaggle form.</summary>
internal static class SubmissionCommand
{
    public static Command Create(CliContext context)
    {
        var options = new EnsembleOptions();
        Option<double> low = ValueOptions.Real("--gate-low", "Below this probability of any finding an image is called normal", 0.08, 0, 1);
        Option<double> high = ValueOptions.Real("--gate-high", "From this probability on No finding is left out", 0.95, 0, 1);
        Option<bool> noGate = ValueOptions.Flag("--no-gate", "Write the predictions as they are");
        var command = new Command("submission", "Write a submission file: image_id,PredictionString");
        options.AddTo(command);
        command.Add(low);
        command.Add(high);
        command.Add(noGate);
        return command.OnCluster(async (cluster, parse, cancellationToken) =>
        {
            if (parse.GetValue(low) > parse.GetValue(high))
            {
                throw new InvalidInputException($"--gate-low {parse.GetValue(low)} must not exceed --gate-high {parse.GetValue(high)}");
            }

            EnsemblePredictions predicted = await options.PredictAsync(context, cluster, parse, cancellationToken);
            int noFinding = predicted.NoFindingId ?? ClassList.VinBigData.NoFindingId!.Value;
            IReadOnlyList<Prediction> rows = parse.GetValue(noGate)
                ? predicted.Predictions
                : new NormalGate(parse.GetValue(low), parse.GetValue(high)).Apply(predicted.Predictions, noFinding);
            string path = parse.GetRequiredValue(options.Out);
            await AtomicFile.WriteTextAsync(path, text => PredictionCsv.WriteKaggle(text, predicted.ImageIds, rows, noFinding), cancellationToken);
            context.Out.WriteLine($"{predicted.ImageIds.Count} images: {path}");
            return ExitCode.Done;
        });
    }
}
