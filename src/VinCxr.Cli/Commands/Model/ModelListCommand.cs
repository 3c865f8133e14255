using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Training.Models;

namespace VinCxr.Cli.Commands.Model;

/// <summary><c>vincxr model ls</c>.</summary>
internal static class ModelListCommand
{
    private static readonly Column<ModelRow>[] Columns =
    [
        new("family", "Family", m => m.Family),
        new("variant", "Variant", m => m.Variant),
        new("image_stride", "Image stride", m => m.ImageStride, AlignRight: true),
        new("description", "Description", m => m.Description),
    ];

    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("ls", "Families and variants, by the names of the sweep file") { output };
        command.SetAction(parse =>
        {
            ModelRow[] rows = [.. ModelCatalog.Families.SelectMany(f => f.Variants.Select(v => new ModelRow(f.Name, v, f.ImageStride, f.Description)))];
            Renderer.List(context, output.ValueOf(parse), rows, Columns, "no models");
            return ExitCode.Done;
        });
        return command;
    }

    private sealed record ModelRow(string Family, string Variant, int ImageStride, string Description);
}
