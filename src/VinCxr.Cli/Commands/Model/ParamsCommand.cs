using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Training.Models;

namespace VinCxr.Cli.Commands.Model;

/// <summary><c>vincxr model params</c>: trainable parameters, to compare with published counts.</summary>
internal static class ParamsCommand
{
    private static readonly Column<ModelSize>[] Columns =
    [
        new("family", "Family", m => m.Family),
        new("variant", "Variant", m => m.Variant),
        new("classes", "Classes", m => m.Classes, AlignRight: true),
        new("parameters", "Parameters", m => m.Parameters, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Option<string> family = ValueOptions.Required("--family", "Model family, see 'vincxr model ls'", "NAME");
        Option<string> variant = ValueOptions.Required("--variant", "Size within the family", "NAME");
        Option<int> classes = ValueOptions.Whole("--classes", "Number of classes", 14, 1);
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("params", "Count the trainable parameters of a model") { family, variant, classes, output };
        command.SetAction(parse =>
        {
            string name = parse.GetRequiredValue(family), size = parse.GetRequiredValue(variant);
            int count = parse.GetValue(classes);
            var model = new ModelSize(name, size, count, ModelCatalog.CountParameters(name, size, count));
            Renderer.Show(context, output.ValueOf(parse), model, [model], Columns, console => TableRenderer.Write(console, [model], Columns, ""));
            return ExitCode.Done;
        });
        return command;
    }

    private sealed record ModelSize(string Family, string Variant, int Classes, long Parameters);
}
