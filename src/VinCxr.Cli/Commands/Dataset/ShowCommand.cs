using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset show</c>.</summary>
internal static class ShowCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<string?> quarantine = ValueOptions.Optional("--quarantine", "Write the quarantined files with their reasons to this file", "CSV");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("show", "One data set: version, classes, statistics of its headers, quarantine") { name, quarantine, store, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetDetails details = DatasetDetails.Of(await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken));
            if (parse.GetValue(quarantine) is { } file)
            {
                await FileReports.WriteQuarantineAsync(file, details.QuarantinedFiles, cancellationToken);
            }

            Renderer.Show(context, output.ValueOf(parse), details, [details], DatasetDetails.Columns, console =>
            {
                TableRenderer.WriteFacts(console, details.Facts());
                StatisticsTables.Write(console, details.Statistics!, details.Images);
                if (details.Quarantined > 0)
                {
                    TableRenderer.Write(console, QuarantineGroups.Of(details.QuarantinedFiles), FileReports.GroupColumns, "");
                }
            });
            return ExitCode.Done;
        });
        return command;
    }
}
