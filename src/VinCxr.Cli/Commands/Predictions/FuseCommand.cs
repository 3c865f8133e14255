using System.CommandLine;
using System.Globalization;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;
using VinCxr.Data.Predictions;

namespace VinCxr.Cli.Commands.Predictions;

/// <summary><c>vincxr fuse</c>: several predictions files into one.</summary>
internal static class FuseCommand
{
    public static Command Create(CliContext context)
    {
        var files = new Argument<string[]>("files") { Description = "Predictions files, one per model or fold", Arity = ArgumentArity.OneOrMore };
        ChoiceOption<FusionMethod> method = new("--method", "How overlapping boxes become one", FusionMethods.ByName, "wbf");
        Option<double> iou = ValueOptions.Real("--iou", "Overlap above which boxes of one class are merged", 0.5, 0, 1, minIncluded: false);
        Option<double> skip = ValueOptions.Real("--skip", "Drop boxes at or below this confidence first", 0, 0, 1);
        Option<string?> weights = ValueOptions.Optional("--weights", "Weight of each file, separated by commas [default: all 1]", "W,W,...");
        Option<bool> allowOverflow = ValueOptions.Flag("--allow-overflow", "wbf: rescale by cluster size, so that confidences may pass 1");
        var averageClass = new Option<int?>("--average-class")
        {
            Description = "Average this class over the files instead of merging by overlap (14 for No finding of VinBigData)",
            HelpName = "ID",
        };
        Option<string?> outFile = ValueOptions.Optional("--out", "Where the fused predictions go, in the long form [default: stdout]", "CSV");

        var command = new Command("fuse", "Fuse predictions of several models: wbf, p_sum, nms, soft-nms, nmw")
        {
            files, method, iou, skip, weights, allowOverflow, averageClass, outFile,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            string[] paths = parse.GetRequiredValue(files);
            var options = new FusionOptions(
                method.ValueOf(parse), parse.GetValue(iou), parse.GetValue(skip), parse.GetValue(allowOverflow),
                Weights: ParseWeights(parse.GetValue(weights), paths.Length));
            IReadOnlyList<Prediction>[] sources = [.. paths.Select(PredictionCsv.Read)];
            IReadOnlyList<Prediction> fused = BoxFusion.Fuse(sources, options, parse.GetValue(averageClass));

            if (parse.GetValue(outFile) is not { } path)
            {
                PredictionCsv.WriteLong(context.Out, fused);
                return ExitCode.Done;
            }

            await AtomicFile.WriteTextAsync(path, text => PredictionCsv.WriteLong(text, fused), cancellationToken);
            context.Note($"{sources.Sum(s => s.Count)} boxes of {paths.Length} files fused to {fused.Count}: {path}");
            return ExitCode.Done;
        });
        return command;
    }

    private static double[]? ParseWeights(string? text, int files)
    {
        if (text is null)
        {
            return null;
        }

        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        double[] weights = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out weights[i]) || !double.IsFinite(weights[i]) || weights[i] <= 0)
            {
                throw new InvalidInputException($"--weights: '{parts[i]}' must be a number above 0");
            }
        }

        return weights.Length == files
            ? weights
            : throw new InvalidInputException($"--weights: '{text}' has {weights.Length} weights for {files} files, give one per file");
    }
}
