using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Sweeps.Transforms;

namespace VinCxr.Cli.Commands.Dicom;

/// <summary><c>vincxr dicom transforms</c>: the steps that a chain may hold, with their options.</summary>
internal static class TransformsCommand
{
    private static readonly Column<Row>[] Columns =
    [
        new("step", "Step", r => r.Step.Name, r => r.IsFirst ? r.Step.Name : ""),
        new("target", "Changes", r => r.Step.Target.ToString().ToLowerInvariant(), r => r.IsFirst ? r.Step.Target.ToString().ToLowerInvariant() : ""),
        new("option", "Option", r => r.Option?.Name),
        new("default", "Default", r => r.Option?.Default, r => r.Option is null ? Text.None : $"{r.Option.Default}", AlignRight: true),
        new("allowed", "Allowed", r => r.Option?.Allowed),
        new("effect", "Effect", r => r.Option?.Effect ?? r.Step.Effect),
    ];

    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("transforms", "Steps of preprocess.transform with their options, ranges and defaults") { output };
        command.SetAction(parse =>
        {
            Row[] rows = [.. TransformCatalog.All.SelectMany(Rows)];
            Renderer.Show(context, output.ValueOf(parse), TransformCatalog.All, rows, Columns, console => TableRenderer.Write(console, rows, Columns, "no steps"));
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<Row> Rows(TransformDefinition step) =>
        step.Options.Count == 0 ? [new Row(step, null)] : step.Options.Select(option => new Row(step, option));

    private sealed record Row(TransformDefinition Step, TransformOption? Option)
    {
        public bool IsFirst => Option is null || Option == Step.Options[0];
    }
}
