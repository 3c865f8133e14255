using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset ls</c>.</summary>
internal static class ListCommand
{
    private static readonly Column<DatasetSummary>[] Columns =
    [
        new("name", "Name", d => d.Name),
        new("version", "Version", d => d.Version, d => Text.ShortHash(d.Version)),
        new("images", "Images", d => d.Images, AlignRight: true),
        new("quarantined", "Quarantined", d => d.Quarantined, AlignRight: true),
        new("bytes", "Size", d => d.Bytes, d => Text.Bytes(d.Bytes), AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("ls", "Data sets of the store") { store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            IReadOnlyList<DatasetSummary> all = await new DatasetCatalog(opened).ListAsync(cancellationToken);
            Renderer.List(context, output.ValueOf(parse), all, Columns, "no data sets yet: vincxr dataset ingest NAME --images DIR --annotations CSV");
            return ExitCode.Done;
        });
        return command;
    }
}
