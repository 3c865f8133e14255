using System.CommandLine;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset</c>: images, annotations and class lists in the store.</summary>
internal static class DatasetCommand
{
    public static Command Create(CliContext context) => new("dataset", "Data sets: take in, look at, split, prepare, check")
    {
        IngestCommand.Create(context),
        ListCommand.Create(context),
        ShowCommand.Create(context),
        StatsCommand.Create(context),
        FoldsCommand.Create(context),
        PreviewCommand.Create(context),
        LeaksCommand.Create(context),
        FormatsCommand.Create(context),
        ExportCommand.Create(context),
        PrepareCommand.Create(context),
        VerifyCommand.Create(context),
        RemoveCommand.Create(context),
        GcCommand.Create(context),
    };
}
