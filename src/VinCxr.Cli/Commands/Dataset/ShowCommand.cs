using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset show</c>.</summary>
internal static class ShowCommand
{
    private static readonly Column<QuarantinedImage>[] QuarantineColumns =
    [
        new("file", "Quarantined file", q => q.File),
        new("reason", "Reason", q => q.Reason),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("show", "One data set: version, classes, encodings, quarantine") { name, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetDetails details = DatasetDetails.Of(await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken));
            Renderer.Show(context, output.ValueOf(parse), details, [details], DatasetDetails.Columns, console =>
            {
                TableRenderer.WriteFacts(console, details.Facts());
                if (details.Quarantined > 0)
                {
                    TableRenderer.Write(console, details.QuarantinedFiles, QuarantineColumns, "");
                }
            });
            return ExitCode.Done;
        });
        return command;
    }
}
