using System.Globalization;
using System.Text.Json.Serialization;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;

namespace VinCxr.Cli.Commands.Predictions;

internal sealed record ClassScore(int ClassId, string ClassName, double? Ap, int GroundTruths, int Detections);

/// <summary>What <c>evaluate</c> prints.</summary>
/// <param name="Map">The headline mean; with the <i>No finding</i> class when <paramref name="IncludesNoFinding"/>.</param>
/// <param name="MapFindings">The mean over the finding classes only; not comparable with the other.</param>
internal sealed record Evaluation(double Map, double MapFindings, bool IncludesNoFinding, double Iou, IReadOnlyList<ClassScore> PerClass)
{
    [JsonIgnore]
    public IReadOnlyList<ClassAveragePrecision> Curves { get; private init; } = [];

    /// <param name="includeNoFinding">Null: when the truth holds the class.</param>
    public static Evaluation Run(TruthFile truth, IReadOnlyList<Prediction> predictions, MapOptions options, bool? includeNoFinding)
    {
        bool holdsNoFinding = truth.Truths.Any(t => t.ClassId == truth.Classes.NoFindingId);
        bool included = includeNoFinding ?? holdsNoFinding;
        ClassList classes = WithPredictedClasses(truth.Classes, predictions);
        MapResult result = MeanAveragePrecision.Evaluate(truth.Truths, predictions, classes, options with { IncludeNoFinding = included });
        double[] findings = [.. result.PerClass.Where(c => c.ClassId != truth.Classes.NoFindingId && c.GroundTruths > 0).Select(c => c.Ap ?? 0)];
        return new Evaluation(
            result.Map,
            findings.Length == 0 ? 0 : findings.Average(),
            included && holdsNoFinding,
            options.Iou,
            [.. result.PerClass.Select(c => new ClassScore(c.ClassId, c.ClassName, c.Ap, c.GroundTruths, c.Detections))])
        {
            Curves = result.PerClass,
        };
    }

    public IReadOnlyList<(string Name, string Value)> Facts(MapOptions options)
    {
        string label = $"mAP@{Iou.ToString(CultureInfo.InvariantCulture)}";
        string rule = $"{options.Match.ToString().ToUpperInvariant()} matching, IoU {(options.InclusiveIou ? ">=" : ">")} {Iou.ToString(CultureInfo.InvariantCulture)}";
        return IncludesNoFinding
            ? [($"{label} with No finding", Text.Score(Map)), ($"{label} findings only", Text.Score(MapFindings)), ("rule", rule)]
            : [($"{label} findings only", Text.Score(Map)), ("rule", rule)];
    }

    /// <summary>Predicted classes that the truth does not name are listed without ground truth; they do not enter the mean.</summary>
    private static ClassList WithPredictedClasses(ClassList classes, IReadOnlyList<Prediction> predictions)
    {
        HashSet<int> known = [.. classes.Classes.Select(c => c.Id)];
        LabelClass[] unknown = [.. predictions.Select(p => p.ClassId).Distinct().Where(id => !known.Contains(id)).Select(id => new LabelClass(id, $"class {id}"))];
        return classes with { Classes = [.. classes.Classes.Concat(unknown).OrderBy(c => c.Id)] };
    }
}
