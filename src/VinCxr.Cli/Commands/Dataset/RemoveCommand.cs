using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset rm</c>: forgets a data set, so that <c>dataset gc</c> can free its images.</summary>
internal static class RemoveCommand
{
    private static readonly Column<DatasetSummary>[] Columns =
    [
        new("name", "Name", d => d.Name),
        new("version", "Version", d => d.Version),
        new("images", "Images", d => d.Images, AlignRight: true),
        new("bytes", "Size", d => d.Bytes, d => Text.Bytes(d.Bytes), AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set with all of its versions, or one older version as NAME@sha256:HEX");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("rm", "Forget a data set or a version; 'dataset gc' frees what only it used. Sweeps that still train on it will fail") { name, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            IReadOnlyList<DatasetSummary> removed = await new DatasetCatalog(opened).RemoveAsync(parse.GetRequiredValue(name), cancellationToken);
            Renderer.List(context, output.ValueOf(parse), removed, Columns, "");
            return ExitCode.Done;
        });
        return command;
    }
}
