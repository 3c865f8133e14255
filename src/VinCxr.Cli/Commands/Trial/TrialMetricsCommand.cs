using System.CommandLine;
using System.Globalization;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial metrics</c>: losses, scores, memory and time by epoch.</summary>
internal static class TrialMetricsCommand
{
    /// <summary>Columns that come first, in this order; others follow by name.</summary>
    private static readonly string[] FirstMetrics = ["loss", "loss_box", "loss_obj", "loss_cls", "lr", "map40", "memory_mb", "epoch_seconds"];

    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("metrics", "Losses, scores, memory and time by epoch") { trial, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            string id = parse.GetRequiredValue(trial);
            List<MetricPoint> points = await Pages.AllAsync(after => plane.GetMetricsAsync(id, after, cancellationToken), p => p.Sequence);
            Renderer.List(context, output.ValueOf(parse), points, Columns(points), "no metrics yet");
            return ExitCode.Done;
        });
    }

    private static List<Column<MetricPoint>> Columns(IEnumerable<MetricPoint> points)
    {
        HashSet<string> present = [.. points.SelectMany(p => p.Values.Keys)];
        IEnumerable<string> names = FirstMetrics.Where(present.Contains).Concat(present.Except(FirstMetrics).Order(StringComparer.Ordinal));
        return
        [
            new("epoch", "Epoch", p => p.Epoch, AlignRight: true),
            new("step", "Step", p => p.Step, AlignRight: true),
            .. names.Select(name => new Column<MetricPoint>(name, name, p => Value(p, name), p => Display(Value(p, name)), AlignRight: true)),
        ];
    }

    private static double? Value(MetricPoint point, string name) => point.Values.TryGetValue(name, out double value) ? value : null;

    private static string Display(double? value) => value switch
    {
        null => Text.None,
        { } number when Math.Abs(number) >= 100 => number.ToString("0.#", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.#####", CultureInfo.InvariantCulture),
    };
}
