using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Pictures;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Detection;
using VinCxr.Data.Predictions;

namespace VinCxr.Cli.Commands.Predictions;

/// <summary><c>vincxr evaluate</c>: mAP of a predictions file against an annotation file.</summary>
internal static class EvaluateCommand
{
    private static readonly Column<ClassScore>[] Columns =
    [
        new("class_id", "Id", c => c.ClassId, AlignRight: true),
        new("class_name", "Class", c => c.ClassName),
        new("ap", "AP", c => c.Ap, AlignRight: true),
        new("ground_truths", "Boxes", c => c.GroundTruths, AlignRight: true),
        new("detections", "Detections", c => c.Detections, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Option<string> truth = ValueOptions.Required("--truth", "Annotation file (image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max)", "CSV");
        Option<string> predictions = ValueOptions.Required("--predictions", "Predictions in the Kaggle or the long form", "CSV");
        Option<double> iou = ValueOptions.Real("--iou", "Overlap that a match must exceed", 0.4, 0, 1, minIncluded: false);
        ChoiceOption<MatchRule> match = new(
            "--match",
            "Which truth a detection claims: voc the best, coco the best still unclaimed",
            new Dictionary<string, MatchRule> { ["voc"] = MatchRule.Voc, ["coco"] = MatchRule.Coco },
            "voc");
        Option<bool> inclusive = ValueOptions.Flag("--inclusive", "Match at IoU >= the threshold instead of >");
        var noFinding = new Option<bool?>("--no-finding")
        {
            Description = "Average over the No finding class too [default: when the truth holds it]",
            HelpName = "true|false",
            Arity = ArgumentArity.ZeroOrOne,
        };
        ChoiceOption<string> consensus = ValueOptions.Word("--consensus", "Merge the raters' boxes of one image and class first", "none", "none", "wbf", "nms");
        Option<string?> plot = ValueOptions.Optional("--plot", "Also draw the precision-recall curves", "PNG");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();

        var command = new Command("evaluate", "Score predictions against annotations: mAP at one IoU threshold, by class")
        {
            truth, predictions, iou, match, inclusive, noFinding, consensus, plot, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            bool? includeNoFinding = parse.GetResult(noFinding) is { Implicit: false } given ? given.Tokens.Count == 0 || parse.GetValue(noFinding) == true : null;
            var options = new MapOptions(parse.GetValue(iou), match.ValueOf(parse), parse.GetValue(inclusive));
            TruthFile truthFile = TruthFile.Read(parse.GetRequiredValue(truth), consensus.ValueOf(parse));
            IReadOnlyList<Prediction> predicted = PredictionCsv.Read(parse.GetRequiredValue(predictions));
            WarnOfUnknownImages(context, truthFile, predicted);

            Evaluation evaluation = Evaluation.Run(truthFile, predicted, options, includeNoFinding);
            if (parse.GetValue(plot) is { } path)
            {
                await PrecisionRecallPlot.WriteAsync(path, evaluation.Curves, $"mAP@{options.Iou} = {Text.Score(evaluation.Map)}", cancellationToken);
            }

            Renderer.Show(context, output.ValueOf(parse), evaluation, evaluation.PerClass, Columns, console =>
            {
                TableRenderer.Write(console, evaluation.PerClass, Columns, "no classes");
                TableRenderer.WriteFacts(console, evaluation.Facts(options));
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static void WarnOfUnknownImages(CliContext context, TruthFile truth, IReadOnlyList<Prediction> predictions)
    {
        string[] unknown = [.. predictions.Select(p => p.ImageId).Distinct().Where(id => !truth.ImageIds.Contains(id))];
        if (unknown.Length > 0)
        {
            context.Note(
                $"note: {unknown.Length} predicted images are not in the truth file (first: '{unknown[0]}'); their boxes count as false positives");
        }
    }
}
